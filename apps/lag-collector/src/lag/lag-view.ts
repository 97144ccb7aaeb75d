import type { PartitionEnd, PartitionLag, PartitionProgress } from '@docket/stage-kafka';
import type { GroupHealth } from '@docket/contracts';
import { DrainRate } from './drain-rate.js';
import { healthOf, SAMPLES, type HealthSample } from './group-health.js';
import { OffsetTimes } from './offset-times.js';

/** What a group has yet to read of one partition, and what it does about it. */
export interface LagReading extends PartitionLag {
  /** Age of the first record that it has not read, at least; 0 where it has read all. */
  readonly seconds: number;
  /** How long the group would need for what is there; see DrainRate. */
  readonly drainSeconds: number;
  readonly health: GroupHealth;
}

interface Watched {
  readonly samples: readonly HealthSample[];
  readonly rate: DrainRate;
}

/** Tells lag in seconds from where partitions ended at which time, and the health of groups from their last samples. */
export class LagView {
  readonly #times = new Map<string, OffsetTimes>();
  #watched = new Map<string, Watched>();

  /** Where partitions ended, in the order of time. */
  ended(ends: readonly PartitionEnd[], at: number): void {
    for (const { topic, partition, end } of ends) this.#timesOf(topic, partition).add(end, at);
  }

  /** One sample of every partition of every group; what is not among them is forgotten. */
  measured(progress: readonly PartitionProgress[], at: number): LagReading[] {
    const before = this.#watched;
    this.#watched = new Map();
    return progress.map(({ group, topic, partition, records, committed, owned }) => {
      const place = `${group}/${topic}/${partition}`;
      const known = before.get(place);
      const samples = [...(known?.samples ?? []), { committed, lag: records, owned }].slice(-SAMPLES);
      const rate = known?.rate ?? new DrainRate();
      this.#watched.set(place, { samples, rate });
      const seconds = records === 0 ? 0 : this.#timesOf(topic, partition).secondsBehind(committed, at);
      const drainSeconds = rate.sample({ committed, end: committed + records, at });
      return { group, topic, partition, records, seconds, drainSeconds, health: healthOf(samples) };
    });
  }

  #timesOf(topic: string, partition: number): OffsetTimes {
    const place = `${topic}/${partition}`;
    let times = this.#times.get(place);
    if (!times) this.#times.set(place, (times = new OffsetTimes()));
    return times;
  }
}
