/** Keeps the newest entries by time, however many come; of equal times those that came first. */
export class Newest<T extends { readonly at: string }> {
  #kept: T[] = [];
  #count = 0;

  constructor(private readonly most: number) {}

  add(entry: T): void {
    this.#count++;
    this.#kept.push(entry);
    if (this.#kept.length >= 2 * this.most + 64) this.#cut();
  }

  get count(): number {
    return this.#count;
  }

  /** Newest first. */
  get listed(): readonly T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    // ISO 8601 UTC of one length: the order of the texts is that of the times.
    this.#kept = this.#kept.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, this.most);
  }
}
