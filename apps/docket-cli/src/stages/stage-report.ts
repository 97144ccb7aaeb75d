import type { ControlLog } from '../operations/control-log.js';
import type { Sheet } from '../output/render.js';

/** What `docket stage list` writes with --json: a list of these. */
export interface StageReport {
  readonly stage: string;
  /** The state that is wanted; a stage that nobody paused runs. */
  readonly wanted: 'running' | 'paused';
  /** Of the last command; null where there was none. */
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string | null;
}

export function stageReport(name: string, log: ControlLog): StageReport {
  const { state = 'running', by = null, at = null, reason = null } = log.stage(name) ?? {};
  return { stage: name, wanted: state, by, at, reason };
}

export function stagesSheet(reports: readonly StageReport[]): Sheet {
  return {
    columns: ['stage', 'wanted', 'by', 'at', 'reason'],
    rows: reports.map(({ stage, wanted, by, at, reason }) => [stage, wanted, by ?? '', at ?? '', reason ?? '']),
  };
}
