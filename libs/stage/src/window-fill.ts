import type { AdaptiveWindow } from './adaptive-window.js';
import type { RetryTiers } from './retry-tiers.js';
import type { Source } from './source.js';
import type { Stage } from './stage.js';
import type { Work } from './work.js';

/** How many windows of records may be done and wait for the watermark. */
const UNCOMMITTED_WINDOWS = 8;
const NOTHING = { records: 0, bytes: 0 };
/** Times maxHeld that one group may have on retry topics. */
const MOST_HELD = 10;
/** Records of a retry topic in memory at which it is paused, or at its part of the window's bytes. */
const MOST_AHEAD = 200;

/** What a task holds in memory, against its bounds. */
export class WindowFill {
  readonly #groups = new Map<string, { records: number; bytes: number }>();
  #records = 0;
  #bytes = 0;

  constructor(private readonly stage: Stage, private readonly window: AdaptiveWindow, private readonly tiers: RetryTiers) {}

  /** From its arrival until its transaction is acknowledged. */
  arrived({ source, bytes }: Work): void {
    this.#count(source, 1, bytes);
  }

  landed({ source, bytes }: Work): void {
    this.#count(source, -1, -bytes);
  }

  /** From its place in its key's queue until its handler has ended or it leaves the queue otherwise. */
  enqueued({ group, bytes }: Work): void {
    const held = this.#groups.get(group) ?? NOTHING;
    this.#groups.set(group, { records: held.records + 1, bytes: held.bytes + bytes });
  }

  dequeued({ group, bytes }: Work): void {
    const held = this.#groups.get(group) ?? NOTHING;
    if (held.records > 1) this.#groups.set(group, { records: held.records - 1, bytes: held.bytes - bytes });
    else this.#groups.delete(group);
  }

  /** A group that shares a fate may take half of the window: the rest of it must not stand in the way of others. */
  crowded(group: string): boolean {
    const { groupOf, policy } = this.stage;
    if (groupOf === undefined) return false;
    const { records, bytes } = this.#groups.get(group) ?? NOTHING;
    return records >= Math.max(1, this.window.bound / 2) || bytes >= policy.windowBytes / 2;
  }

  /** Part of the input's bound that is taken; from 1 on it is to be paused. */
  ofInput({ watermark }: Source): number {
    const { groupOf, policy } = this.stage;
    // Records done behind one that waits cannot be committed: they are bounded too, or a crash would repeat them all.
    const uncommitted = watermark.pending / (policy.windowRecords * UNCOMMITTED_WINDOWS);
    return Math.max(this.#records / this.window.bound, this.#bytes / policy.windowBytes, uncommitted, watermark.next > this.tiers.lastOrigin ? this.#ofHeld(groupOf !== undefined) : 0);
  }

  /** Part of a retry topic's bound that is taken. */
  ofRetry({ tier, watermark, end, ahead, aheadBytes }: Source, retryTopics: number): number {
    // Only this task writes there, so where it has nothing there is nothing to fetch.
    const wanted = this.tiers.waiting(tier) > 0 || watermark.next < end;
    return wanted ? Math.max(ahead / MOST_AHEAD, aheadBytes / (this.stage.policy.windowBytes / retryTopics)) : 1;
  }

  /** No group pauses the input alone, however much of it is held; memory has its bound all the same. */
  #ofHeld(grouped: boolean): number {
    const { maxHeld } = this.stage.policy;
    const share = grouped ? maxHeld / 2 : maxHeld;
    return Math.max(this.tiers.sizeWithShare(share) / maxHeld, this.tiers.size / (maxHeld * MOST_HELD));
  }

  #count(source: Source, records: number, bytes: number): void {
    if (source.tier === 0) {
      this.#records += records;
      this.#bytes += bytes;
    } else {
      source.ahead += records;
      source.aheadBytes += bytes;
    }
  }
}
