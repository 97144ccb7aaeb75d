import type { Clock } from '@docket/contracts';
import type { PartitionEnd } from '@docket/stage-kafka';
import type { LagView } from '../lag/lag-view.js';

const MINUTE_MS = 60_000;
/** How long before the start ends are asked for, so that lag in seconds is right from the first round on. */
const BEFORE_MS = [24 * 60, 6 * 60, 60, 15, 5, 1].map((minutes) => minutes * MINUTE_MS);

export interface EndRoundParts {
  readonly ends: () => Promise<readonly PartitionEnd[]>;
  /** As they were at that time, milliseconds since the epoch. */
  readonly endsAt: (time: number) => Promise<readonly PartitionEnd[]>;
  readonly view: LagView;
  readonly clock: Clock;
}

/** A round that notes where partitions end; the first one also looks back over a day. */
export function endRound({ ends, endsAt, view, clock }: EndRoundParts): () => Promise<void> {
  let seeded = false;
  return async () => {
    const now = clock.now();
    const past = seeded ? [] : await Promise.all(BEFORE_MS.map(async (ms) => ({ at: now - ms, ends: await endsAt(now - ms) })));
    const last = await ends();
    for (const { at, ends: found } of past) view.ended(found, at);
    seeded = true;
    view.ended(last, now);
  };
}
