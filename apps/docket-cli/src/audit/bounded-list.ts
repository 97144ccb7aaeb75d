/** Counts everything and keeps the first entries: a report stays readable, whatever is wrong. */
export class BoundedList<T> {
  readonly #listed: T[] = [];
  #count = 0;

  constructor(private readonly most: number) {}

  add(entry: T): void {
    this.#count++;
    if (this.#listed.length < this.most) this.#listed.push(entry);
  }

  get count(): number {
    return this.#count;
  }

  get listed(): readonly T[] {
    return this.#listed;
  }
}
