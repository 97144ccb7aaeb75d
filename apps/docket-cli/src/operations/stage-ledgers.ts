import { ownTopics, type StageSpec } from '@docket/contracts';
import { Ledger } from '@docket/stage';
import type { Cluster } from '../cli/cluster.js';

/** Nothing is purged here, so these bounds are never applied. */
const FOR_GOOD = { windowMs: Number.MAX_SAFE_INTEGER, keepDeadMs: Number.MAX_SAFE_INTEGER };

/**
 * Hands over the ledger of each of these partitions as it stands now, one after the other: only one is in memory.
 * @throws DocketError DOCKET_LEDGER_CORRUPT
 */
export async function readLedgers(
  cluster: Cluster, spec: StageSpec, partitions: ReadonlySet<number>, use: (partition: number, ledger: Ledger) => void, each: () => void,
): Promise<void> {
  const topic = ownTopics(spec).ledger;
  const ends = await cluster.endsOf(topic);
  const wanted = new Map([...ends].filter(([partition]) => partitions.has(partition)));
  const left = new Set(partitions);
  let current: { readonly partition: number; readonly ledger: Ledger } | undefined;
  const hand = () => {
    if (!current) return;
    left.delete(current.partition);
    use(current.partition, current.ledger);
  };
  await cluster.readRanges(topic, wanted, ({ partition, value }) => {
    if (current?.partition !== partition) {
      hand();
      current = { partition, ledger: new Ledger(FOR_GOOD) };
    }
    if (value) current.ledger.restore(value);
    each();
  }, { inTurn: true });
  hand();
  for (const partition of left) use(partition, new Ledger(FOR_GOOD));
}
