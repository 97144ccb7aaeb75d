import type { Clock } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import { RecentUnits } from './recent-units.js';
import type { CountRecord, QuotaCounts } from './quota-counts.js';
import { Calendar, monthOf, type QuotaWindow } from './quota-window.js';

export interface FunderQuotaOptions {
  readonly funder: string;
  /** Submissions in a calendar day and month; undefined: no bound. */
  readonly perDay?: number | undefined;
  readonly perMonth?: number | undefined;
  readonly timeZone: string;
  readonly counts: QuotaCounts;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'set'>;
}

/** A quota that is used up. */
export interface Exhausted {
  readonly window: QuotaWindow;
  /** When the next day or month begins, milliseconds since the epoch. */
  readonly opensAt: number;
}

/** A place in the quota, from before the call until its end is known. */
export interface Place {
  /** The submission took effect: what is to be written with its outcome. */
  count(): CountRecord;
  /** In the end, always. */
  release(): void;
}

/** Submissions to one funder in a day and a month: those that were made, and those under way. */
export class FunderQuota {
  readonly #options: FunderQuotaOptions;
  readonly #calendar: Calendar;
  readonly #counted = new RecentUnits();
  #underWay = 0;

  constructor(options: FunderQuotaOptions) {
    this.#options = options;
    this.#calendar = new Calendar(options.timeZone);
    this.tell();
  }

  /** The quota that is used up. Of two, the one that opens later. */
  exhausted(): Exhausted | undefined {
    const now = this.#options.clock.now();
    for (const window of ['month', 'day'] as const) {
      if (this.#left(window, now) <= 0) return { window, opensAt: this.#calendar.opensAt(window, now) };
    }
    return undefined;
  }

  /** Whether what is left is all under way: one that fails gives its place back. */
  get full(): boolean {
    const now = this.#options.clock.now();
    return Math.min(this.#left('month', now), this.#left('day', now)) <= this.#underWay;
  }

  /** To be asked for once neither exhausted() nor full said that there is none. */
  place(unit: string): Place {
    this.#underWay++;
    let held = true;
    const release = () => {
      if (held) this.#underWay--;
      held = false;
    };
    return {
      count: () => {
        release();
        return this.#count(unit);
      },
      release,
    };
  }

  /** Shows what is left, for metrics; also of a window that has begun since. */
  tell(): void {
    const { funder, metrics, clock, counts } = this.#options;
    const now = clock.now();
    counts.forget(funder, `${monthOf(this.#calendar.day(now))}-01`);
    for (const window of ['day', 'month'] as const) {
      const most = this.#most(window);
      if (most !== undefined) metrics.set('funder_quota_remaining_ratio', Math.max(0, this.#left(window, now)) / most, { funder, window });
    }
  }

  #count(unit: string): CountRecord {
    const { funder, counts, clock } = this.#options;
    const day = this.#calendar.day(clock.now());
    // Done again after a commit that failed: it is counted already.
    if (this.#counted.add(unit)) counts.add(funder, day);
    this.tell();
    return counts.record(funder, day);
  }

  #left(window: QuotaWindow, now: number): number {
    const { funder, counts } = this.#options;
    const most = this.#most(window);
    if (most === undefined) return Infinity;
    const day = this.#calendar.day(now);
    return most - counts.total(funder, window === 'day' ? day : monthOf(day));
  }

  #most(window: QuotaWindow): number | undefined {
    return window === 'day' ? this.#options.perDay : this.#options.perMonth;
  }
}
