import { stagesOf } from '@docket/contracts';
import { request } from 'undici';
import type { ServiceSpec } from '../supervisor/service.js';

/** What a stage has done since its process started, from its own metrics. */
export interface StageProgress {
  readonly stage: string;
  readonly received: number;
  readonly done: number;
  readonly retrying: number;
  readonly failed: number;
  readonly lag: number;
}

const SERIES = /^docket_(stage_received_total|stage_processed_total|consumer_lag_records)\{([^}]*)\} (\S+)$/gm;
const DONE: ReadonlySet<string> = new Set(['ok', 'rejected', 'duplicate', 'conflict', 'quarantined', 'parked']);

/** Reads every service's /metrics. A service that does not answer is left out of this round. */
export async function readProgress(services: readonly ServiceSpec[]): Promise<StageProgress[]> {
  const texts = await Promise.all(services.map((service) => scrape(service.adminPort)));
  const rows = new Map(
    stagesOf(['standard', 'pii']).map((spec) => [spec.name, { stage: spec.name, input: spec.input, received: 0, done: 0, retrying: 0, failed: 0, lag: 0 }]),
  );
  const inputs = new Map([...rows.values()].map((row) => [row.input, row]));
  for (const [, name, labelText, text] of texts.join('\n').matchAll(SERIES)) {
    const labels = new Map([...(labelText ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const value = Number(text);
    if (name === 'consumer_lag_records') {
      const row = inputs.get(labels.get('topic') ?? '');
      if (row && labels.get('group')?.endsWith(`docket-${row.stage}`)) row.lag += value;
      continue;
    }
    const row = rows.get(labels.get('stage') ?? '');
    if (!row) continue;
    const disposition = labels.get('disposition') ?? '';
    if (name === 'stage_received_total') row.received += value;
    else if (DONE.has(disposition)) row.done += value;
    else if (disposition === 'retried') row.retrying += value;
    else row.failed += value;
  }
  return [...rows.values()];
}

async function scrape(port: number): Promise<string> {
  try {
    const { body } = await request(`http://127.0.0.1:${port}/metrics`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    return await body.text();
  } catch {
    return '';
  }
}
