import type { StageSpec } from '@docket/contracts';
import type { Ledger } from '@docket/stage';
import type { Cluster } from '../cli/cluster.js';
import { readLedgers } from '../operations/stage-ledgers.js';

/** Units of a partition that are not done. */
export interface HeldUnits {
  /** Wait for their next try. */
  readonly retrying: number;
  /** Wait for an earlier one of their key. */
  readonly held: number;
  /** Keys that they belong to. */
  readonly keys: number;
}

export function countHeld(ledger: Pick<Ledger, 'unfinished'>): HeldUnits {
  const entries = ledger.unfinished();
  const retrying = entries.filter((entry) => entry.state === 'retrying').length;
  return { retrying, held: entries.length - retrying, keys: new Set(entries.map((entry) => entry.pending?.orderKey)).size };
}

/** By partition, from the stage's ledger. */
export async function readHeld(cluster: Cluster, spec: StageSpec, partitions: ReadonlySet<number>, each: () => void): Promise<Map<number, HeldUnits>> {
  const held = new Map<number, HeldUnits>();
  await readLedgers(cluster, spec, partitions, (partition, ledger) => void held.set(partition, countHeld(ledger)), each);
  return held;
}
