/** More than are ever under way between two commits. */
const MOST = 10_000;

/** The latest units, so many and no more. */
export class RecentUnits {
  readonly #units = new Set<string>();

  /** False where it was there. */
  add(unit: string): boolean {
    if (this.#units.has(unit)) return false;
    const [oldest] = this.#units;
    if (this.#units.size >= MOST && oldest !== undefined) this.#units.delete(oldest);
    this.#units.add(unit);
    return true;
  }
}
