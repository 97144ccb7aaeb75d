import type { InputRecord } from '@docket/stage';

/** Ids of the requests whose clock runs, followed from the compacted topic `deadlines.clocks`. */
export class ClockTable {
  readonly #running = new Set<string>();

  apply({ key, value }: InputRecord): void {
    if (key === null) return;
    if (value === null) this.#running.delete(key);
    else this.#running.add(key);
  }

  has(requestId: string): boolean {
    return this.#running.has(requestId);
  }
}
