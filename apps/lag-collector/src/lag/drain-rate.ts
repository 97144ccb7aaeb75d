interface Sample {
  /** Next offset that the group reads, and one past the last record. */
  readonly committed: number;
  readonly end: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Seconds over which the speed of a group is averaged. */
const HORIZON_SECONDS = 60;
const LONGEST_SECONDS = 86_400;

/**
 * How long a group would need for what lies on a partition. Its speed is measured only while it has more to do than it
 * gets done: of a group that keeps up, the speed is that of whoever writes, and says nothing of what it could do.
 */
export class DrainRate {
  #last: Sample | undefined;
  /** Records a second. */
  #rate: number | undefined;

  /** Seconds, a day at most; 0 where the group read all that was there at the last sample. */
  sample(sample: Sample): number {
    const before = this.#last;
    this.#last = sample;
    if (!before || sample.at <= before.at) return 0;
    if (sample.committed >= before.end) {
      // It keeps up: how slow it was while it stood still must not be held against the next burst.
      this.#rate = undefined;
      return 0;
    }
    const seconds = (sample.at - before.at) / 1_000;
    const speed = Math.max(0, sample.committed - before.committed) / seconds;
    // A group that has not moved yet is joining: how fast it is shows when it moves.
    if (this.#rate === undefined) this.#rate = speed > 0 ? speed : undefined;
    else this.#rate += (1 - Math.exp(-seconds / HORIZON_SECONDS)) * (speed - this.#rate);
    return this.#rate === undefined ? 0 : Math.min(LONGEST_SECONDS, (sample.end - sample.committed) / this.#rate);
  }
}
