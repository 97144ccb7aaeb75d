import type { Ledger } from '@docket/stage';
import { CliError, EXIT } from '../cli/exit.js';
import type { DeadLetter } from '../dead-letters/dead-letter.js';
import type { LetterKind } from '../dead-letters/letter-kind.js';

/**
 * Why a letter is not put back: its unit is done since, was put back already, is being worked on or tried again, lies
 * parked or dead instead, has a later letter, in the set or not, or is not known to the ledger.
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

/** One letter of a unit. */
interface Copy {
  readonly group: Group;
  /** Input offset of the unit when it died. */
  readonly origin: bigint | undefined;
  readonly earlier: Copy | undefined;
}

/** Beyond this a plan would need more than some 250 MB. */
const MOST_LETTERS = 1_000_000;

/** Counts what a redrive or release would put back. Add the letters, then settle each partition with its ledger. */
export class PlanCounter {
  /** By partition: ledger id to the unit's last letter. */
  readonly #units = new Map<number, Map<string, Copy>>();
  readonly #causes = new Map<string, Group>();
  readonly #partitions = new Map<number, { eligible: number; refused: number }>();
  readonly #refused: Partial<Record<Refusal, number>> = {};
  #matched = 0;
  #held = 0;

  constructor(private readonly kind: LetterKind, private readonly most = MOST_LETTERS) {}

  /** Throws CliError (refused) where more letters match than a plan can hold. */
  add({ ledgerId, cause, code, origin }: DeadLetter, partition: number): void {
    this.#matched++;
    const group = this.#group(cause, code);
    if (ledgerId === null) return this.#refuse('unknown', partition, group);
    if (++this.#held > this.most) throw new CliError(EXIT.refused, `more than ${this.most} records match: narrow it down by --cause or --unit`);
    const units = this.#unitsOf(partition);
    units.set(ledgerId, { group, origin: offsetOf(origin), earlier: units.get(ledgerId) });
  }

  /** Partitions with letters that match. */
  get partitions(): ReadonlySet<number> {
    return new Set(this.#units.keys());
  }

  /** As the stage decides: only the copy of a unit's last death counts. */
  settle(partition: number, ledger: Pick<Ledger, 'get'>): void {
    for (const [ledgerId, last] of this.#units.get(partition) ?? []) {
      const entry = ledger.get(ledgerId);
      let refusal = this.#refusal(entry?.state);
      for (let copy: Copy | undefined = last; copy; copy = copy.earlier) {
        if (refusal !== undefined || copy.origin !== entry?.offset) {
          this.#refuse(refusal ?? 'repeated', partition, copy.group);
          continue;
        }
        copy.group.eligible++;
        this.#partition(partition).eligible++;
        refusal = 'repeated';
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

  #unitsOf(partition: number): Map<string, Copy> {
    let units = this.#units.get(partition);
    if (!units) this.#units.set(partition, (units = new Map<string, Copy>()));
    return units;
  }

  #partition(partition: number): { eligible: number; refused: number } {
    let counts = this.#partitions.get(partition);
    if (!counts) this.#partitions.set(partition, (counts = { eligible: 0, refused: 0 }));
    return counts;
  }
}

/** Where in its partition the input lay. */
function offsetOf(origin: string | null): bigint | undefined {
  const offset = /\/(\d{1,19})$/.exec(origin ?? '')?.[1];
  return offset === undefined ? undefined : BigInt(offset);
}
