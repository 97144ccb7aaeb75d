/**
 * Tells a bad deploy from bad input: counts, among the last units, those that died of an unexpected error or of the
 * handler's deadline. Poison and failures that the handler named do not count.
 */
export class DeadLetterLimit {
  readonly #last: boolean[] = [];
  #dead = 0;

  constructor(private readonly limit: { readonly of: number; readonly most: number }) {}

  /** True where the limit is passed. */
  add(dead: boolean): boolean {
    this.#last.push(dead);
    if (dead) this.#dead++;
    if (this.#last.length > this.limit.of && this.#last.shift()) this.#dead--;
    return this.#dead > this.limit.most;
  }
}
