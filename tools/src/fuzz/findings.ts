/** What was sent, answered and read, by name; and what should not be. */
export class Findings {
  readonly #counts = new Map<string, number>();
  readonly #defects = new Map<string, { times: number; readonly examples: string[] }>();
  static readonly #EXAMPLES = 5;

  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** @param example what leads to it, such as the number of the mutant */
  defect(what: string, example: string): void {
    const known = this.#defects.get(what) ?? { times: 0, examples: [] };
    known.times += 1;
    if (known.examples.length < Findings.#EXAMPLES) known.examples.push(example);
    this.#defects.set(what, known);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  defects(): { readonly what: string; readonly times: number; readonly examples: readonly string[] }[] {
    return [...this.#defects].map(([what, { times, examples }]) => ({ what, times, examples }));
  }
}
