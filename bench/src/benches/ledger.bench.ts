import { hash } from 'node:crypto';
import { encodeLedgerRecord, Ledger, type LedgerEntry } from '@docket/stage';
import type { Bench, Turn } from '../bench.js';
import type { Measurement } from '../report/sample.js';

/** Units of one transaction under load. */
const GROUP = 200;
const DAY_MS = 86_400_000;
const NOW = 1_700_000_000_000;

export const bench: Bench = {
  summary: 'The ledger of one partition: replay at the opening of a task, and memory.',
  unitsMean: 'entries, all final',
  subjects: ['docket'],
  rounds: 3,
  units: 1_000_000,
  needsBroker: false,
  ratios: [],
  measure,
};

function measure(turn: Turn): Promise<readonly Measurement[]> {
  turn.progress('writing the log');
  const records = logOf(turn.units);
  const options = { windowMs: 9 * DAY_MS, keepDeadMs: 400 * DAY_MS };
  const warm = new Ledger(options);
  for (const record of records.slice(0, Math.ceil(records.length / 10))) warm.restore(record);
  turn.progress('replaying');
  const ledger = new Ledger(options);
  const from = performance.now();
  for (const record of records) ledger.restore(record);
  const seconds = (performance.now() - from) / 1_000;
  return Promise.resolve([
    { metric: 'restore', unit: 'entries/s', value: turn.units / seconds },
    { metric: 'memory', unit: 'bytes/entry', value: ledger.bytes / ledger.size },
    { metric: 'log', unit: 'bytes/entry', value: records.reduce((sum, record) => sum + record.length, 0) / turn.units },
  ]);
}

function logOf(units: number): Buffer[] {
  const records: Buffer[] = [];
  for (let first = 0; first < units; first += GROUP) {
    const entries = Array.from({ length: Math.min(GROUP, units - first) }, (_, index) => entry(first + index));
    const head = { sequence: BigInt(records.length + 1), writtenAt: NOW, previousAt: NOW, positions: new Map([['in', BigInt(first)]]), nonce: '' };
    records.push(encodeLedgerRecord(head, entries));
  }
  return records;
}

function entry(index: number): LedgerEntry {
  const digest = hash('sha256', String(index));
  return {
    id: digest.slice(0, 32), digest: digest.slice(32, 64), subject: digest.slice(8, 24), offset: BigInt(index), at: NOW + index, state: 'done', attempt: 1, hop: 0,
  };
}
