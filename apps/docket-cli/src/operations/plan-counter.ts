import type { Ledger } from '@docket/stage';
import { CliError, EXIT } from '../cli/exit.js';
import type { DeadLetter } from '../dead-letters/dead-letter.js';
import type { LetterKind } from '../dead-letters/letter-kind.js';

/**
 * Why a letter is not put back: its unit is done since, was put back already, is being worked on or tried again, lies
 * parked or dead instead, has a later letter in the set, or is not known to the ledger.
 */
export type Refusal = 'done' | 'put-back' | 'in-work' | 'parked' | 'dead' | 'repeated' | 'unknown';

export interface PlanCounts {
  /** Letters that match. */
  readonly matched: number;
  /** Units that would be put back. */
  readonly eligible: number;
  readonly refused: Readonly<Partial<Record<Refusal, number>>>;
  readonly byCause: readonly { readonly cause: string; readonly code: string | null; readonly eligible: number; readonly refused: number }[];
  readonly byPartition: readonly { readonly partition: number; readonly eligible: number; readonly refused: number }[];
}

interface Group {
  readonly code: string | null;
  eligible: number;
  refused: number;
}

/** Beyond this a plan would need more than some 200 MB. */
const MOST_UNITS = 1_000_000;

/** Counts what a redrive or release would put back. Add the letters, then settle each partition with its ledger. */
export class PlanCounter {
  /** By partition: unit to the group of its last letter. */
  readonly #units = new Map<number, Map<string, Group>>();
  readonly #causes = new Map<string, Group>();
  readonly #partitions = new Map<number, { eligible: number; refused: number }>();
  readonly #refused: Partial<Record<Refusal, number>> = {};
  #matched = 0;
  #held = 0;

  constructor(private readonly kind: LetterKind, private readonly most = MOST_UNITS) {}

  /** Throws CliError (refused) where more units match than a plan can hold. */
  add({ unit, cause, code }: DeadLetter, partition: number): void {
    this.#matched++;
    const group = this.#group(cause, code);
    if (unit === null) return this.#refuse('unknown', partition, group);
    const units = this.#unitsOf(partition);
    const earlier = units.get(unit);
    if (earlier) this.#refuse('repeated', partition, earlier);
    else if (++this.#held > this.most) {
      throw new CliError(EXIT.refused, `more than ${this.most} units match: narrow it down by --cause or --unit`);
    }
    units.set(unit, group);
  }

  /** Partitions with letters that match. */
  get partitions(): ReadonlySet<number> {
    return new Set(this.#units.keys());
  }

  has(unit: string): boolean {
    return [...this.#units.values()].some((units) => units.has(unit));
  }

  settle(partition: number, ledger: Pick<Ledger, 'get'>): void {
    for (const [unit, group] of this.#units.get(partition) ?? []) {
      const refusal = this.#refusal(ledger.get(unit.replaceAll('-', ''))?.state);
      if (refusal) this.#refuse(refusal, partition, group);
      else {
        group.eligible++;
        this.#partition(partition).eligible++;
      }
    }
  }

  counts(): PlanCounts {
    const byPartition = [...this.#partitions].map(([partition, counts]) => ({ partition, ...counts })).sort((a, b) => a.partition - b.partition);
    return {
      matched: this.#matched,
      eligible: byPartition.reduce((sum, entry) => sum + entry.eligible, 0),
      refused: { ...this.#refused },
      byCause: [...this.#causes].map(([cause, group]) => ({ cause, ...group })).sort((a, b) => b.eligible - a.eligible || a.cause.localeCompare(b.cause)),
      byPartition,
    };
  }

  #refusal(state: NonNullable<ReturnType<Ledger['get']>>['state'] | undefined): Refusal | undefined {
    switch (state) {
      case this.kind.state:
        return undefined;
      case undefined:
        return 'unknown';
      case 'redriven':
        return 'put-back';
      case 'retrying':
      case 'held':
        return 'in-work';
      default:
        return state;
    }
  }

  #refuse(refusal: Refusal, partition: number, group: Group): void {
    this.#refused[refusal] = (this.#refused[refusal] ?? 0) + 1;
    group.refused++;
    this.#partition(partition).refused++;
  }

  #group(cause: string, code: string | null): Group {
    let group = this.#causes.get(cause);
    if (!group) this.#causes.set(cause, (group = { code, eligible: 0, refused: 0 }));
    return group;
  }

  #unitsOf(partition: number): Map<string, Group> {
    let units = this.#units.get(partition);
    if (!units) this.#units.set(partition, (units = new Map<string, Group>()));
    return units;
  }

  #partition(partition: number): { eligible: number; refused: number } {
    let counts = this.#partitions.get(partition);
    if (!counts) this.#partitions.set(partition, (counts = { eligible: 0, refused: 0 }));
    return counts;
  }
}
