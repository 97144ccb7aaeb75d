interface Point {
  readonly offset: number;
  /** Milliseconds since the epoch. */
  at: number;
}

const MOST = 400;
/** Of these, the latest stay as they are: recent lag is told to the second. */
const KEPT = 200;

/**
 * When a partition's end was where: tells how long a record has been there without reading it. Bounded: of the older half
 * every other point goes, so that the past grows coarser and reaches far back. Between two points records are taken to have
 * come evenly.
 */
export class OffsetTimes {
  readonly #points: Point[] = [];

  /** The end offset at a time, in the order of time. What fell is a topic made anew: all before is forgotten. */
  add(offset: number, at: number): void {
    const last = this.#points.at(-1);
    if (last && offset < last.offset) this.#points.length = 0;
    // Of a time without any record its end counts: the next record came after it.
    if (last?.offset === offset) {
      last.at = at;
      return;
    }
    this.#points.push({ offset, at });
    if (this.#points.length > MOST) this.#thin();
  }

  /** Seconds since the record at `committed` came, at least: it may be older than the oldest point. 0 where there is none yet. */
  secondsBehind(committed: number, now: number): number {
    const end = this.#points.at(-1);
    if (!end || committed >= end.offset) return 0;
    return Math.max(0, (now - this.#timeOf(committed)) / 1_000);
  }

  /** The first one stays: nothing before it is known. */
  #thin(): void {
    const older = this.#points.splice(0, this.#points.length - KEPT);
    this.#points.unshift(...older.filter((_point, index) => index % 2 === 0));
  }

  /** When the end stood at this offset. */
  #timeOf(offset: number): number {
    let [low, high] = [0, this.#points.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#points[middle] as Point).offset < offset) low = middle + 1;
      else high = middle;
    }
    const after = this.#points[low] as Point;
    const before = this.#points[low - 1];
    if (!before || after.offset <= offset) return after.at;
    return before.at + ((after.at - before.at) * (offset - before.offset)) / (after.offset - before.offset);
  }
}
