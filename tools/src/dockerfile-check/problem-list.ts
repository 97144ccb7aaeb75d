/** Problems by what they say: a step that eleven images share fails once. */
export class ProblemList {
  readonly #subjects = new Map<string, string[]>();

  add(subject: string, problem: string): void {
    this.#subjects.set(problem, [...(this.#subjects.get(problem) ?? []), subject]);
  }

  get size(): number {
    return this.#subjects.size;
  }

  lines(): string[] {
    return [...this.#subjects].map(([problem, subjects]) => `${subjects.join(', ')}: ${problem}`);
  }
}
