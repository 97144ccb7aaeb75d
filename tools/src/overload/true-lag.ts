/** A record of a topic: when the broker took it, and when its stage was done with it; undefined: not yet. Milliseconds since the epoch. */
export interface Passage {
  readonly partition: number;
  readonly offset: number;
  readonly appendedAt: number;
  readonly doneAt: number | undefined;
}

/**
 * How far behind a stage was, told afterwards: the age of the oldest record that it was not done with, of the partition that
 * was furthest behind. It needs neither committed offsets nor the ends of partitions, which is what a lag collector goes by.
 */
export class TrueLag {
  readonly #partitions = new Map<number, Passage[]>();
  /** By partition, up to which index all was done. */
  readonly #from = new Map<number, number>();

  add(passage: Passage): void {
    const known = this.#partitions.get(passage.partition);
    if (known) known.push(passage);
    else this.#partitions.set(passage.partition, [passage]);
  }

  /** Seconds behind at a time; times must be asked for in their order, once everything is added. */
  secondsAt(time: number): number {
    let oldest = time;
    for (const [partition, passages] of this.#partitions) {
      let at = this.#from.get(partition) ?? 0;
      for (let passage = passages[at]; passage !== undefined && passage.doneAt !== undefined && passage.doneAt <= time; passage = passages[at]) at += 1;
      this.#from.set(partition, at);
      oldest = Math.min(oldest, passages[at]?.appendedAt ?? time);
    }
    return (time - oldest) / 1_000;
  }
}

/** Whether what a collector said is within a tenth or a second of the truth. */
export function agrees(said: number, truth: number): boolean {
  return Math.abs(said - truth) <= Math.max(1, truth / 10);
}
