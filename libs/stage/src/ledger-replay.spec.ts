import { describe, expect, it } from 'vitest';
import { LedgerReplay } from './ledger-replay.js';
import { encodeLedgerRecord, type LedgerHead } from './ledger/ledger-record.js';
import { Ledger } from './ledger/ledger.js';
import { entry, idOf, inputRecord } from './testing/entries.js';

const NOW = 1_000_000_000;
const RETENTION_MS = 10_000_000;

function replay() {
  const ledger = new Ledger({ windowMs: RETENTION_MS, keepDeadMs: RETENTION_MS });
  return { ledger, of: new LedgerReplay({ ledger, nonce: 'mine', retentionMs: RETENTION_MS, now: NOW }) };
}

const record = (offset: number, head: Partial<LedgerHead>, ...names: string[]) => inputRecord('', BigInt(offset), {
  value: encodeLedgerRecord({ sequence: 1n, writtenAt: NOW, previousAt: 0, positions: new Map(), nonce: '', ...head }, names.map((name) => entry(name))),
});
const marker = (offset: number, nonce: string) => record(offset, { sequence: 0n, nonce });

/** A ledger is read to the task's own marker; what is missing on the way is told, never passed over. */
describe('LedgerReplay', () => {
  it('takes up all up to the own marker, and passes those of others', async () => {
    const { of, ledger } = replay();
    of.offer([marker(0, 'theirs'), record(1, { sequence: 1n }, 'a')]);
    of.offer([record(3, { sequence: 2n, writtenAt: NOW + 5, positions: new Map([['in', 7n]]) }, 'b'), marker(5, 'mine'), record(6, { sequence: 9n }, 'c')]);
    expect(await of.done).toEqual({ sequence: 2n, writtenAt: NOW + 5, positions: new Map([['in', 7n]]), marker: 5n });
    expect([ledger.get(idOf('a')), ledger.get(idOf('b')), ledger.get(idOf('c'))].map((found) => found?.state)).toEqual(['done', 'done', undefined]);
  });

  it('knows an empty ledger', async () => {
    const { of } = replay();
    of.offer([marker(0, 'mine')]);
    expect(await of.done).toEqual({ sequence: 0n, writtenAt: 0, positions: new Map(), marker: 0n });
  });

  it('does not end before the marker', async () => {
    const { of } = replay();
    of.offer([record(0, { sequence: 1n })]);
    expect(await Promise.race([of.done, Promise.resolve('open')])).toBe('open');
  });

  it.each([
    ['a gap', [record(0, { sequence: 1n }), record(1, { sequence: 3n })]],
    ['a repeated record', [record(0, { sequence: 1n }), record(1, { sequence: 1n })]],
    ['a beginning that is too young to have expired', [record(0, { sequence: 4n, previousAt: NOW - 1_000 })]],
  ])('refuses %s', async (_name, records) => {
    const { of } = replay();
    of.offer([...records, marker(9, 'mine')]);
    await expect(of.done).rejects.toMatchObject({ code: 'DOCKET_LEDGER_GAP', kind: 'critical' });
  });

  it('accepts a beginning that retention took', async () => {
    const { of } = replay();
    of.offer([record(0, { sequence: 4n, previousAt: NOW - RETENTION_MS }), marker(1, 'mine')]);
    expect((await of.done).sequence).toBe(4n);
  });

  it('refuses a record without a value, and one that was changed', async () => {
    const [empty, bad] = [replay().of, replay().of];
    empty.offer([inputRecord('', 0n, { value: null })]);
    await expect(empty.done).rejects.toMatchObject({ code: 'DOCKET_LEDGER_CORRUPT', kind: 'critical' });
    const changed = record(0, { sequence: 1n }, 'a');
    changed.value?.writeUInt8(7, changed.value.length - 1);
    bad.offer([changed, marker(1, 'mine')]);
    await expect(bad.done).rejects.toMatchObject({ code: 'DOCKET_LEDGER_CORRUPT' });
  });
});
