/** Days and months as a funder counts them. */
const DAY_MS = 86_400_000;
/** With a change of the clocks a day has up to 25 hours; zones that moved over the date line left a day out. */
const LONGEST: Record<QuotaWindow, number> = { day: 2 * DAY_MS, month: 33 * DAY_MS };

export type QuotaWindow = 'day' | 'month';

/** Calendar of one time zone. Days are `2027-03-01`, months `2027-03`. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;
  #known: { readonly from: number; readonly until: number; readonly day: string } | undefined;

  /** @param timeZone IANA name; see isTimeZone */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', numberingSystem: 'latn', year: 'numeric', month: '2-digit', day: '2-digit' });
  }

  /** The day at `now`, milliseconds since the epoch. */
  day(now: number): string {
    const known = this.#known;
    if (known && now >= known.from && now < known.until) return known.day;
    const day = this.#dayAt(now);
    this.#known = { from: now, until: this.#opens(now, (at) => this.#dayAt(at), LONGEST.day), day };
    return day;
  }

  /** When the next day or month begins, milliseconds since the epoch. */
  opensAt(window: QuotaWindow, now: number): number {
    return this.#opens(now, window === 'day' ? (at) => this.#dayAt(at) : (at) => monthOf(this.#dayAt(at)), LONGEST[window]);
  }

  /** The first millisecond with another name, looked for by halves. */
  #opens(now: number, nameAt: (at: number) => string, within: number): number {
    const name = nameAt(now);
    let [same, other] = [now, now + within];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (nameAt(middle) === name) same = middle;
      else other = middle;
    }
    return other;
  }

  #dayAt(at: number): string {
    const parts = new Map(this.#format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${(parts.get('year') ?? '').padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  }
}

export function monthOf(day: string): string {
  return day.slice(0, 7);
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    // Offsets such as +01:00 are taken too, but they know no change of the clocks.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
