import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, LedgerState } from './ledger-entry.js';
import { encodeLedgerRecord } from './ledger-record.js';
import { Ledger } from './ledger.js';

const WINDOW = 30;
const KEEP_DEAD = 100;
const CARRIED_AT = 20;
const SLOW_MACHINE_MS = 30_000;
const STATES: readonly LedgerState[] = ['done', 'retrying', 'held', 'parked', 'dead', 'redriven'];

interface Kept { readonly entry: LedgerEntry; readonly before: boolean; readonly writtenAt: number }

/** The ledger as plainly as it can be said. */
class Model {
  readonly units = new Map<string, Kept>();
  purgedTo = 0;

  apply(entry: LedgerEntry, writtenAt: number): void {
    const last = this.units.get(entry.id);
    const wasDead = last !== undefined && isDead(last.entry) && last.entry.state !== entry.state;
    const before = wasDead || last?.before === true || entry.pending?.dead === true || entry.afterDead === true;
    const { afterDead: _, ...rest } = entry;
    const seen = { ...rest, ...(entry.pending && { pending: { ...entry.pending, dead: before } }), ...(before && entry.state === 'done' && { afterDead: true }) };
    this.units.set(entry.id, { entry: seen, before, writtenAt });
  }

  expired({ entry, before }: Kept): boolean {
    const long = isDead(entry) || before;
    return (entry.state === 'done' || isDead(entry)) && entry.at < this.purgedTo - (long ? KEEP_DEAD : WINDOW);
  }

  purge(now: number): void {
    this.purgedTo = Math.max(now, this.purgedTo);
    for (const [id, kept] of this.units) if (this.expired(kept)) this.units.delete(id);
  }

  due(before: number): LedgerEntry[] {
    const units = [...this.units.values()].filter((kept) => kept.writtenAt < before && (kept.entry.state !== 'done' || kept.before) && !this.expired(kept));
    return units.map(({ entry }) => entry);
  }
}

function isDead({ state }: LedgerEntry): boolean {
  return state === 'dead' || state === 'parked';
}

const hexOf = (value: number, length: number) => value.toString(16).padStart(length, '0');
const anyEntry: fc.Arbitrary<LedgerEntry> = fc
  .record({ id: fc.nat(15), content: fc.nat(3), offset: fc.nat(40), at: fc.nat(150), state: fc.constantFrom(...STATES), key: fc.constantFrom('a', 'b'), dead: fc.boolean(), due: fc.boolean() })
  .map(({ id, content, offset, at, state, key, dead, due }) => ({
    id: hexOf(id, 32), digest: hexOf(content & 1, 32), subject: hexOf(content >> 1, 16), offset: BigInt(offset), at, state, attempt: id, hop: content,
    ...(state !== 'done' && state !== 'dead' && (state !== 'parked' || due) && { pending: { tier: 1, dueAt: at + 5, orderKey: key, operation: '', dead } }),
  }));
const entries = fc.array(anyEntry, { maxLength: 6 });

type Step =
  | { readonly do: 'apply' | 'restore'; readonly entries: readonly LedgerEntry[]; readonly writtenAt: number }
  | { readonly do: 'purge'; readonly now: number }
  | { readonly do: 'carry'; readonly before: number; readonly limit: number; readonly committed: boolean };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('apply' as const, 'restore' as const), entries, writtenAt: fc.nat(200) }) },
  fc.record({ do: fc.constant('purge' as const), now: fc.nat(300) }),
  fc.record({ do: fc.constant('carry' as const), before: fc.nat(250), limit: fc.nat(8), committed: fc.boolean() }),
);

function encode(list: readonly LedgerEntry[], writtenAt: number): Buffer {
  return encodeLedgerRecord({ sequence: 1n, writtenAt, previousAt: 0, positions: new Map(), nonce: '' }, list);
}

/** Takes up an entry and gives it back as it is to be written: with what the ledger knows of its past. */
function marked(ledger: Ledger, entry: LedgerEntry, writtenAt: number): LedgerEntry {
  ledger.apply([entry], writtenAt);
  return ledger.get(entry.id) ?? entry;
}

function compare(ledger: Ledger, model: Model): void {
  const kept = [...model.units.values()];
  expect(ledger.size).toBe(kept.length);
  for (let id = 0; id <= 15; id++) expect(ledger.get(hexOf(id, 32))).toEqual(model.units.get(hexOf(id, 32))?.entry);
  const unfinished = kept.map(({ entry }) => entry).filter(({ state }) => state === 'retrying' || state === 'held');
  const found = ledger.unfinished();
  expect(found.map(({ offset }) => offset)).toEqual(unfinished.map(({ offset }) => offset).sort((a, b) => Number(a - b)));
  expect(new Set(found.map(({ id }) => id))).toEqual(new Set(unfinished.map(({ id }) => id)));
  for (let content = 0; content < 4; content++) compareContent(ledger, model, hexOf(content >> 1, 16), hexOf(content & 1, 32));
}

function compareContent(ledger: Ledger, model: Model, subject: string, digest: string): void {
  for (const except of [undefined, hexOf(3, 32)]) {
    const fits = [...model.units.values()]
      .filter((kept) => kept.entry.subject === subject && kept.entry.digest === digest && kept.entry.id !== except && !model.expired(kept));
    const least = fits.map(({ entry }) => entry.offset).sort((a, b) => Number(a - b))[0];
    const found = ledger.findContent(subject, digest, except);
    expect(found?.offset).toBe(least);
    if (found) expect(fits.map(({ entry }) => entry)).toContainEqual(found);
  }
}

function carry(ledger: Ledger, model: Model, { before, limit, committed }: Extract<Step, { do: 'carry' }>): void {
  const due = model.due(before);
  const carried = ledger.carry(before, limit);
  expect(carried).toHaveLength(Math.min(limit, due.length));
  expect(new Set(carried.map(({ id }) => id)).size).toBe(carried.length);
  for (const entry of carried) expect(due).toContainEqual(entry);
  if (!committed) return;
  ledger.restore(encode(carried, before));
  for (const entry of carried) model.apply(entry, before);
}

/** Whatever is written, replayed, carried and purged, the ledger says the same as a plain Map. */
describe('Ledger', () => {
  it('agrees with its model', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger = new Ledger({ windowMs: WINDOW, keepDeadMs: KEEP_DEAD });
      const model = new Model();
      for (const what of steps) {
        if (what.do === 'purge') {
          ledger.purge(what.now);
          model.purge(what.now);
        } else if (what.do === 'carry') {
          carry(ledger, model, what);
        } else {
          if (what.do === 'apply') ledger.apply(what.entries, what.writtenAt);
          else ledger.restore(encode(what.entries, what.writtenAt));
          for (const entry of what.entries) model.apply(entry, what.writtenAt);
        }
        compare(ledger, model);
      }
    }), { numRuns: 200 });
  }, SLOW_MACHINE_MS);

  it('is the same after a restart, also when old records are gone and what they held was carried', () => {
    fc.assert(fc.property(fc.array(entries, { maxLength: 20 }), fc.nat(19), (records, cut) => {
      const live = new Ledger({ windowMs: WINDOW, keepDeadMs: KEEP_DEAD });
      const log = records.map((list, writtenAt) => encode(list.map((entry) => marked(live, entry, writtenAt)), writtenAt));
      for (let carried = live.carry(cut, 3); carried.length > 0; carried = live.carry(cut, 3)) {
        log.push(encode(carried, CARRIED_AT));
        live.apply(carried, CARRIED_AT);
      }
      const whole = new Ledger({ windowMs: WINDOW, keepDeadMs: KEEP_DEAD });
      const cutOff = new Ledger({ windowMs: WINDOW, keepDeadMs: KEEP_DEAD });
      log.forEach((value, at) => {
        whole.restore(value);
        if (at >= records.length || at >= cut) cutOff.restore(value);
      });
      for (let id = 0; id <= 15; id++) {
        const entry = live.get(hexOf(id, 32));
        expect(whole.get(hexOf(id, 32))).toEqual(entry);
        if (entry && (entry.state !== 'done' || entry.afterDead)) expect(cutOff.get(hexOf(id, 32))).toEqual(entry);
      }
    }));
  });

  it('keeps done after dead as long as dead, through redrive and retries', () => {
    const ledger = new Ledger({ windowMs: WINDOW, keepDeadMs: KEEP_DEAD });
    const unit = { id: hexOf(1, 32), digest: hexOf(1, 32), subject: hexOf(1, 16), offset: 1n, at: 0, attempt: 0, hop: 0 };
    const pending = { tier: 0, dueAt: 0, orderKey: 'a', operation: 'op', dead: false };
    ledger.apply([{ ...unit, state: 'dead' }, { ...unit, state: 'redriven', pending }, { ...unit, state: 'retrying', pending }, { ...unit, state: 'done' }], 1);
    ledger.purge(KEEP_DEAD);
    expect(ledger.get(unit.id)).toMatchObject({ state: 'done', afterDead: true });
    expect(ledger.carry(2, 10)).toHaveLength(1);
    ledger.purge(KEEP_DEAD + 1);
    expect(ledger.size).toBe(0);
  });

  it('stays under 80 bytes an entry at any size, and gives memory back', () => {
    const ledger = new Ledger({ windowMs: 10, keepDeadMs: 10 });
    for (let size = 0; size < 60_000; ) {
      const list: LedgerEntry[] = [];
      for (const end = size + 500; size < end; size++) {
        list.push({ id: hexOf(size, 32), digest: hexOf(size * 7, 32), subject: hexOf(size % 50, 16), offset: BigInt(size), at: 5, state: 'done', attempt: 0, hop: 0 });
      }
      ledger.apply(list, 5);
      if (size >= 30_000) expect(ledger.bytes / ledger.size).toBeLessThan(80 + (4096 * 64) / size);
    }
    ledger.purge(16);
    expect(ledger.size).toBe(0);
    expect(ledger.bytes).toBeLessThan(100_000);
  }, SLOW_MACHINE_MS);

  it('is not slowed down by one content under many ids', () => {
    const ledger = new Ledger({ windowMs: 10, keepDeadMs: 10 });
    const many = Array.from({ length: 50_000 }, (_, n): LedgerEntry => (
      { id: hexOf(n, 32), digest: hexOf(1, 32), subject: hexOf(1, 16), offset: BigInt(n), at: n < 49_999 ? 5 : 6, state: 'done', attempt: 0, hop: 0 }));
    const started = performance.now();
    ledger.apply(many, 5);
    expect(ledger.findContent(hexOf(1, 16), hexOf(1, 32))?.offset).toBe(0n);
    ledger.purge(16);
    expect(ledger.findContent(hexOf(1, 16), hexOf(1, 32))?.offset).toBe(49_999n);
    // Quadratic work would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  }, SLOW_MACHINE_MS);

  it('refuses to look up what is no id', () => {
    expect(() => new Ledger({ windowMs: 1, keepDeadMs: 1 }).get('nonsense')).toThrow('id must be 32 hex characters');
  });
});
