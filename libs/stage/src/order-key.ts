import { HEADER } from '@docket/contracts';
import type { InputRecord } from './record.js';
import type { Stage } from './stage.js';

/** See StageSpec.orderBy. */
export function orderKeyOf(stage: Stage, record: InputRecord): string {
  const header = stage.spec.orderBy === 'header' ? record.headers[HEADER.orderKey] : undefined;
  return header ?? record.key ?? '';
}
