import { isDocketError } from '@docket/contracts';
import { parseStrictJson } from '@docket/contracts';
import { z } from 'zod';

export const QUOTAS_TOPIC = 'executor.quotas';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const countSchema = z.strictObject({ count: z.int().min(0) });

/** What one process counted at one funder on one day; the sum over all of them is what was submitted. */
export interface CountRecord {
  readonly key: string;
  readonly value: Buffer;
}

/**
 * Submissions by funder and day. Each process counts for itself, under its own name, and writes its count in the same
 * transaction as the outcome that it is about; so no two ever write the same count, and the sum is right whoever had
 * the funder when. Days that no month's quota asks for any more are forgotten.
 */
export class QuotaCounts {
  /** Funder, day, writer. */
  readonly #counts = new Map<string, Map<string, Map<string, number>>>();

  /** @param writer this process, a name that no other has or had */
  constructor(private readonly writer: string) {}

  /** A record of the topic. False where it cannot be read. */
  apply(key: string | null, value: Buffer | null): boolean {
    const [funder, day, writer, ...rest] = (key ?? '').split('/');
    if (!funder || !day || !DAY.test(day) || !writer || rest.length > 0) return false;
    // Ours are known better here than there.
    if (value === null || writer === this.writer) return true;
    const count = readCount(value);
    if (count === undefined) return false;
    const known = this.#day(funder, day);
    known.set(writer, Math.max(known.get(writer) ?? 0, count));
    return true;
  }

  /** One submission more, by this process. */
  add(funder: string, day: string): void {
    const counts = this.#day(funder, day);
    counts.set(this.writer, (counts.get(this.writer) ?? 0) + 1);
  }

  /** What this process counted that day, for the topic. */
  record(funder: string, day: string): CountRecord {
    const count = this.#counts.get(funder)?.get(day)?.get(this.writer) ?? 0;
    return { key: `${funder}/${day}/${this.writer}`, value: Buffer.from(JSON.stringify({ count })) };
  }

  /** Submissions on the days whose name begins so: a day, or a month. */
  total(funder: string, prefix: string): number {
    let total = 0;
    for (const [day, writers] of this.#counts.get(funder) ?? []) {
      if (day.startsWith(prefix)) for (const count of writers.values()) total += count;
    }
    return total;
  }

  /** Forgets the days of a funder before this one. */
  forget(funder: string, before: string): void {
    const days = this.#counts.get(funder);
    for (const day of days?.keys() ?? []) if (day < before) days?.delete(day);
  }

  #day(funder: string, day: string): Map<string, number> {
    let days = this.#counts.get(funder);
    if (!days) this.#counts.set(funder, (days = new Map<string, Map<string, number>>()));
    let writers = days.get(day);
    if (!writers) days.set(day, (writers = new Map<string, number>()));
    return writers;
  }
}

function readCount(value: Buffer): number | undefined {
  try {
    return countSchema.safeParse(parseStrictJson(value)).data?.count;
  } catch (error) {
    if (isDocketError(error)) return undefined;
    throw error;
  }
}
