/** What became of one grant at one funder. */
export interface GrantCount {
  /** What the form called it; null where it did not say. */
  readonly grantId: string | null;
  /** Of the first webhook submission; null where it came by an application. */
  readonly reference: string | null;
  /** Submissions that took effect: more than one is a double. */
  submissions: number;
  /** Calls that asked for them: those that took effect, and the repeats that were told the first answer. */
  calls: number;
}

interface Named {
  readonly grantId: string | null;
  readonly reference: string | null;
  readonly receiptId: string;
}

/** Counts submissions by grant: by `grantId`, else by reference, else each for itself. */
export class GrantTally {
  readonly #counts = new Map<string, GrantCount>();

  submitted(submission: Named): void {
    const count = this.#of(submission);
    count.submissions += 1;
    count.calls += 1;
  }

  repeated(submission: Named): void {
    this.#of(submission).calls += 1;
  }

  /** In the order in which the grants first came. */
  counts(): readonly Readonly<GrantCount>[] {
    return [...this.#counts.values()];
  }

  #of({ grantId, reference, receiptId }: Named): GrantCount {
    const name = nameOf(grantId, reference, receiptId);
    const count = this.#counts.get(name) ?? { grantId, reference, submissions: 0, calls: 0 };
    this.#counts.set(name, count);
    return count;
  }
}

function nameOf(grantId: string | null, reference: string | null, receiptId: string): string {
  if (grantId !== null) return `grant ${grantId}`;
  return reference === null ? `receipt ${receiptId}` : `reference ${reference}`;
}
