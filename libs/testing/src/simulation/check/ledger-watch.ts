import type { InputRecord } from '@docket/stage';
import type { Input, Inputs } from './inputs.js';
import { readLedgerRecord, type SeenEntry } from './ledger-reader.js';
import type { Report } from './handler-watch.js';

const ENDED: ReadonlySet<string> = new Set(['done', 'dead', 'parked']);

interface TierRecord {
  readonly offset: number;
  readonly place: string;
  readonly hop: number;
}

/** Follows the ledger of every partition: what it says, in which order, and that no committed offset runs ahead of it. */
export class LedgerWatch {
  readonly #sequence = new Map<number, bigint>();
  /** By partition and id, and by place of the input. */
  readonly #entries = new Map<string, SeenEntry>();
  readonly #places = new Map<string, SeenEntry>();
  /** Last offset of each key that came to an end by itself. */
  readonly #ended = new Map<string, Input>();
  /** Places whose duplicate is noted. */
  readonly #noted = new Map<string, number>();
  readonly #checked = new Map<string, number>();
  readonly #tiers = new Map<string, TierRecord[]>();

  constructor(
    private readonly inputs: Inputs,
    private readonly report: Report,
  ) {}

  at(place: string): SeenEntry | undefined {
    return this.#places.get(place);
  }

  /** The last that the ledger says of a unit, by its id there. */
  of(partition: number, id: string): SeenEntry | undefined {
    return this.#entries.get(`${partition}:${id}`);
  }

  notes(place: string): number {
    return this.#noted.get(place) ?? 0;
  }

  /** A committed record of the ledger; returns its entries. */
  record(partition: number, value: Buffer): readonly SeenEntry[] {
    const { nonce, sequence, entries } = readLedgerRecord(value);
    if (nonce !== '') return [];
    const last = this.#sequence.get(partition) ?? 0n;
    if (sequence !== last + 1n) this.report('ledger-agrees', () => `ledger ${partition}: ${sequence} follows ${last}`);
    this.#sequence.set(partition, sequence);
    for (const entry of entries) this.#entry(partition, entry);
    return entries;
  }

  /** An error record that tells of a duplicate. */
  noted({ value }: InputRecord): void {
    const { category, origin } = JSON.parse(String(value)) as { category: string; origin: { partition: number; offset: string } };
    if (category !== 'duplicate') return;
    const place = `${origin.partition}/${origin.offset}`;
    this.#noted.set(place, (this.#noted.get(place) ?? 0) + 1);
  }

  tierRecord({ topic, partition, offset }: InputRecord, place: string, hop: number): void {
    const key = `${topic}/${partition}`;
    const list = this.#tiers.get(key) ?? [];
    list.push({ offset: Number(offset), place, hop });
    this.#tiers.set(key, list);
  }

  /** Nothing before a committed offset may be open: it would never be read again. */
  inputCommitted(partition: number, offset: number): void {
    const key = `input/${partition}`;
    for (let at = this.#checked.get(key) ?? 0; at < offset; at++) {
      const input = this.inputs.get(partition, at);
      if (!input) continue;
      const known = input.verdict === 'duplicate' ? this.notes(input.place) > 0 : this.#places.has(input.place);
      if (!known) this.report('watermark', () => `the offset ${offset} passes ${input.place} (${input.plan.name}, ${input.verdict}), of which the ledger knows nothing`);
    }
    this.#checked.set(key, Math.max(offset, this.#checked.get(key) ?? 0));
  }

  tierCommitted(topic: string, partition: number, offset: number): void {
    const list = this.#tiers.get(`${topic}/${partition}`) ?? [];
    while (list[0] && list[0].offset < offset) {
      const { place, hop } = list.shift() as TierRecord;
      const entry = this.#places.get(place);
      if (entry && entry.hop === hop && (entry.state === 'retrying' || entry.state === 'held')) {
        this.report('watermark', () => `the offset ${offset} of ${topic}/${partition} passes ${place}, which has not run`);
      }
    }
  }

  #entry(partition: number, entry: SeenEntry): void {
    const key = `${partition}:${entry.id}`;
    const before = this.#entries.get(key);
    const input = this.inputs.get(partition, entry.offset);
    this.#entries.set(key, entry);
    this.#places.set(`${partition}/${entry.offset}`, entry);
    if (before && same(before, entry)) return;
    if (before?.state === 'done') this.report('exactly-once', () => `${key}, done at ${before.offset}, becomes ${entry.state} at ${entry.offset}`);
    if (!input) return;
    if (input.verdict === 'duplicate') this.report('duplicates-dropped', () => `${input.plan.name} at ${input.place} is a duplicate and was taken up`);
    const first = before === undefined || before.state === 'retrying' || before.state === 'held';
    // A conflict or a content duplicate is told at once: no handler runs for it.
    if (!first || !ENDED.has(entry.state) || input.verdict !== 'first') return;
    const order = `${partition}/${input.plan.key}`;
    const last = this.#ended.get(order);
    if (last && last.offset > input.offset) {
      this.report('key-order', () => `${input.plan.name} at ${input.place} of ${input.plan.key} ends after ${last.plan.name} at ${last.place}`);
    } else {
      this.#ended.set(order, input);
    }
  }
}

function same(a: SeenEntry, b: SeenEntry): boolean {
  return a.state === b.state && a.offset === b.offset && a.attempt === b.attempt && a.hop === b.hop;
}
