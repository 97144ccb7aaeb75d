import type { StageSpec } from '@docket/contracts';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import type { Ledger } from './ledger/ledger.js';
import type { InputRecord } from './record.js';
import type { LookupResult } from './stage.js';
import { originRef, redrivenRef, unitRef, type UnitRef } from './unit-ref.js';

export type Verdict =
  | { readonly kind: 'new'; readonly ref: UnitRef; readonly operation: string }
  /** The same record again, by a crash or a rebalance: its effects are committed, or on their way through a retry topic. */
  | { readonly kind: 'redelivered' }
  | { readonly kind: 'duplicate'; readonly ref: UnitRef }
  | { readonly kind: 'conflict'; readonly ref: UnitRef }
  | { readonly kind: 'content'; readonly ref: UnitRef; /** Ledger id of the unit that was first. */ readonly first: string };

interface InFlight {
  readonly offset: bigint;
  readonly digest: string;
}

/** Says of each input record whether its unit was seen: in the ledger, or among those handled and not yet committed. */
export class Admission {
  readonly #inFlight = new Map<string, InFlight>();
  readonly #content = new Map<string, string>();
  /** Operation by unit: put back onto the input, and not delivered yet. */
  readonly #putBack = new Map<string, string>();

  constructor(
    private readonly spec: StageSpec,
    private readonly windowMs: number,
    private readonly ledger: Ledger,
    private readonly looked: (result: LookupResult) => void,
  ) {}

  /** An operation is about to commit this unit's record onto the input: it may be delivered before the commit's answer. */
  expect(unit: string, operation: string): void {
    this.#putBack.set(unit, operation);
  }

  admit(record: InputRecord): Verdict {
    const claim = redrivenRef(this.spec, record);
    if (claim) {
      const entry = this.ledger.get(claim.ref.id);
      const operation = entry?.state === 'redriven' ? entry.pending?.operation : this.#putBack.get(claim.ref.id);
      if (operation === claim.operation && !this.#inFlight.has(claim.ref.id)) {
        this.#putBack.delete(claim.ref.id);
        this.looked('miss');
        return this.#new(record, claim.ref, claim.operation);
      }
      // Put back by an operation of ours and done, or under way, since: the record again.
      const known = this.#inFlight.get(claim.ref.id) ?? entry;
      if (known?.offset === record.offset) {
        this.looked('redelivered');
        return { kind: 'redelivered' };
      }
      // Or headers that somebody made up: never done, but on the record.
      if (known) {
        this.looked('hit');
        return { kind: 'duplicate', ref: claim.ref };
      }
    }
    const ref = unitRef(this.spec, record);
    const flying = this.#inFlight.get(ref.id);
    if (flying) return this.#seen(record, ref, flying, 'in_flight');
    const entry = this.ledger.get(ref.id);
    if (entry && !this.#expired(record, entry)) return this.#seen(record, ref, entry, 'hit');
    if (this.spec.contentDuplicates) {
      const first = this.#content.get(ref.subject + ref.digest) ?? this.#contentOf(record, ref);
      if (first !== undefined) {
        this.looked('content');
        this.#fly(record, ref);
        return { kind: 'content', ref, first };
      }
      this.#content.set(ref.subject + ref.digest, ref.id);
    }
    this.looked('miss');
    return this.#new(record, ref, '');
  }

  /** Input offset of a unit that is handled, or not acknowledged yet. */
  offsetInFlight(unit: string): bigint | undefined {
    return this.#inFlight.get(unit)?.offset;
  }

  /** The unit is committed: from now on the ledger knows it. */
  landed(ref: UnitRef): void {
    this.#inFlight.delete(ref.id);
    if (this.#content.get(ref.subject + ref.digest) === ref.id) this.#content.delete(ref.subject + ref.digest);
  }

  #seen(record: InputRecord, ref: UnitRef, first: InFlight | LedgerEntry, how: LookupResult): Verdict {
    if (first.offset === record.offset) {
      this.looked('redelivered');
      return { kind: 'redelivered' };
    }
    if (first.digest === ref.digest) {
      this.looked(how);
      return { kind: 'duplicate', ref };
    }
    // A conflict is known by its place: it must not touch the first one's entry.
    const own = { ...ref, id: originRef(record) };
    if (this.#inFlight.has(own.id) || this.ledger.get(own.id)) {
      this.looked('redelivered');
      return { kind: 'redelivered' };
    }
    this.looked('conflict');
    this.#fly(record, own);
    return { kind: 'conflict', ref: own };
  }

  #new(record: InputRecord, ref: UnitRef, operation: string): Verdict {
    this.#fly(record, ref);
    return { kind: 'new', ref, operation };
  }

  #fly(record: InputRecord, ref: UnitRef): void {
    this.#inFlight.set(ref.id, { offset: record.offset, digest: ref.digest });
  }

  #contentOf(record: InputRecord, ref: UnitRef): string | undefined {
    const entry = this.ledger.findContent(ref.subject, ref.digest, ref.id);
    // By offset, so that a replay finds the same one first.
    return entry && entry.offset < record.offset && !this.#expired(record, entry) ? entry.id : undefined;
  }

  /** By the broker's time, so that a replay decides alike. */
  #expired(record: InputRecord, entry: LedgerEntry): boolean {
    return entry.state === 'done' && record.timestamp - entry.at > this.windowMs;
  }
}
