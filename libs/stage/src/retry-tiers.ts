import type { Clock, DocketCode } from '@docket/contracts';
import { HeldKeys, type HeldUnit } from './held-keys.js';
import type { LedgerEntry, LedgerState } from './ledger/ledger-entry.js';
import type { InputRecord, OutputRecord } from './record.js';
import { fromTierRecord, toTierRecord, type TierState } from './tier-record.js';
import { TierQueue } from './tier-queue.js';
import type { Work } from './work.js';

/** A follower whose predecessor is not where it should be yet comes back after this long. */
const AGAIN_MS = 1_000;

/** What a unit's way through a retry topic adds to its transaction. */
export interface Passage {
  readonly record: OutputRecord;
  readonly entry: LedgerEntry;
}

/** A record of a retry topic that is due, or must go behind its predecessor again. */
export type Due = { readonly kind: 'run' | 'behind'; readonly work: Work };

/**
 * The retry topics of one task. While a unit is in them, later ones of its key follow through the same topic behind it, and
 * run only as head of their key, so that a retry blocks nobody else and the key keeps its order.
 */
export class RetryTiers {
  readonly #held = new HeldKeys();
  readonly #queues = new Map<number, TierQueue<Work>>();
  #lastOrigin = -1n;

  /** @param topics of the tiers, in order */
  constructor(private readonly topics: readonly string[], private readonly clock: Clock) {}

  /** Units on the retry topics, followers included. */
  get size(): number {
    return this.#held.size;
  }

  /** Units on a tier, those included whose record is in memory. */
  waiting(tier: number): number {
    return this.#held.onTier(tier);
  }

  /** Input offset of the last unit that was restored: up to it the input must be read, whatever is held. */
  get lastOrigin(): bigint {
    return this.#lastOrigin;
  }

  /** The same, of no group more than this many counted. */
  sizeWithShare(share: number): number {
    return this.#held.sizeWithShare(share);
  }

  /** From the ledger's unfinished entries, by rising input offset. */
  restore(entries: readonly LedgerEntry[]): void {
    this.#lastOrigin = entries.at(-1)?.offset ?? -1n;
    for (const { id, offset, hop, pending } of entries) {
      if (pending) this.#held.put({ id, orderKey: pending.orderKey, group: '', origin: offset, tier: pending.tier, dueAt: pending.dueAt, hop, loaded: false });
    }
  }

  /** The last of a key on the retry topics: what comes later goes behind it. */
  last(orderKey: string): HeldUnit | undefined {
    return this.#held.last(orderKey);
  }

  /** When the next comes due, milliseconds since the epoch; those that are due and wait for the input do not count. */
  nextDueAt(after: number): number | undefined {
    let next: number | undefined;
    for (const { nextDueAt } of this.#queues.values()) {
      if (nextDueAt !== undefined && nextDueAt <= after) continue;
      if (nextDueAt !== undefined && (next === undefined || nextDueAt < next)) next = nextDueAt;
    }
    return next;
  }

  /** Sends a unit to a tier: `retrying` because it failed, `held` because it follows one that did. */
  send(work: Work, state: Extract<LedgerState, 'retrying' | 'held'>, to: { tier: number; dueAt: number; attempt: number; firstFailureAt: number | undefined }, code: DocketCode): Passage {
    const { tier, attempt, firstFailureAt } = to;
    const { record, ref, key, operation } = work;
    const dueAt = Math.round(to.dueAt);
    const hop = work.hop + 1;
    this.#held.put({ id: ref.id, orderKey: key, group: work.group, origin: record.offset, tier, dueAt, hop, loaded: false });
    return {
      record: toTierRecord(this.#topic(tier), record, { unit: ref.id, attempt, hop, dueAt, firstFailureAt, operation }, code, this.clock.now()),
      entry: {
        ...ref, offset: record.offset, at: record.timestamp, state, attempt, hop,
        pending: { tier, dueAt, orderKey: key, operation, dead: operation !== '' },
      },
    };
  }

  /** Sends a follower behind its predecessor, with its due time. */
  sendBehind(work: Work, predecessor: HeldUnit, code: DocketCode): Passage {
    const { tier, dueAt } = predecessor;
    return this.send(work, 'held', { tier, dueAt, attempt: work.attempt, firstFailureAt: work.firstFailureAt }, code);
  }

  /** Reads a record of a retry topic: undefined where it is a leftover of another pass or life of the unit, or none of ours. */
  read(record: InputRecord, tier: number): { readonly input: InputRecord; readonly state: TierState } | undefined {
    const read = fromTierRecord(record);
    const unit = read && this.#held.get(read.state.unit);
    if (!unit || unit.origin !== read.input.offset || unit.hop !== read.state.hop || unit.tier !== tier || unit.loaded) return undefined;
    return read;
  }

  /** Keeps a record until it is due. */
  wait(work: Work): void {
    const { tier } = work.source;
    let queue = this.#queues.get(tier);
    if (!queue) this.#queues.set(tier, (queue = new TierQueue()));
    queue.add(work.dueAt, work);
  }

  /**
   * The next record whose time has come.
   * @param read the input up to which everything was delivered: after a restart an earlier unit of the key may be on its way
   */
  takeDue(now: number, read: bigint): Due | undefined {
    for (const queue of this.#queues.values()) {
      const work = queue.takeDue(now, ({ record }) => record.offset < read);
      if (!work) continue;
      const unit = this.#held.get(work.ref.id);
      if (!unit) throw new Error('a unit that waits must be held');
      const predecessor = this.#held.predecessor(unit);
      if (predecessor && !predecessor.loaded) return { kind: 'behind', work };
      unit.loaded = true;
      return { kind: 'run', work };
    }
    return undefined;
  }

  /** Sends a follower that came up before its predecessor behind it again. */
  again(work: Work, code: DocketCode): Passage {
    const unit = this.#held.get(work.ref.id);
    const predecessor = unit && this.#held.predecessor(unit);
    if (!predecessor) throw new Error('only a follower goes behind');
    const dueAt = Math.max(predecessor.dueAt, this.clock.now() + AGAIN_MS);
    return this.send(work, 'held', { tier: predecessor.tier, dueAt, attempt: work.attempt, firstFailureAt: work.firstFailureAt }, code);
  }

  /** The unit is done, or dead, or parked: its followers may run. */
  finish(id: string): void {
    this.#held.remove(id);
  }

  #topic(tier: number): string {
    const topic = this.topics[tier - 1];
    if (topic === undefined) throw new Error(`there is no retry topic ${tier}`);
    return topic;
  }
}
