import { HEADER, stageSpec, type StageSpec } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { Admission } from './admission.js';
import { Ledger } from './ledger/ledger.js';
import type { InputRecord } from './record.js';
import { entry, inputRecord } from './testing/entries.js';
import { originRef, unitRef } from './unit-ref.js';

const WINDOW_MS = 10_000;

function bench(spec: Partial<StageSpec> = {}) {
  const ledger = new Ledger({ windowMs: 10 * WINDOW_MS, keepDeadMs: 100 * WINDOW_MS });
  const looked: string[] = [];
  const stage = { ...stageSpec('executor'), ...spec };
  const admission = new Admission(stage, WINDOW_MS, ledger, (result) => looked.push(result));
  const known = (record: InputRecord, more: Parameters<typeof entry>[1] = {}) =>
    ledger.apply([{ ...entry(''), ...unitRef(stage, record), offset: record.offset, at: record.timestamp, ...more }], 1_000);
  return { admission, ledger, looked, known, refOf: (record: InputRecord) => unitRef(stage, record) };
}

/** What was seen is told by identity, place and content; nothing else is believed. */
describe('Admission', () => {
  it('knows a unit in flight, and no more once it has landed without an entry', () => {
    const { admission, looked, refOf } = bench();
    expect(admission.admit(inputRecord('u', 1n)).kind).toBe('new');
    expect(admission.admit(inputRecord('u', 2n)).kind).toBe('duplicate');
    admission.landed(refOf(inputRecord('u', 1n)));
    expect(admission.admit(inputRecord('u', 3n)).kind).toBe('new');
    expect(looked).toEqual(['miss', 'in_flight', 'miss']);
  });

  it('knows what the ledger has: by place a redelivery, elsewhere a duplicate', () => {
    const { admission, looked, known } = bench();
    known(inputRecord('u', 5n));
    expect(admission.admit(inputRecord('u', 5n)).kind).toBe('redelivered');
    expect(admission.admit(inputRecord('u', 6n)).kind).toBe('duplicate');
    expect(looked).toEqual(['redelivered', 'hit']);
  });

  it('counts the window by the broker\'s time of both records, and for units that are done only', () => {
    const { admission, known } = bench();
    known(inputRecord('done', 0n));
    known(inputRecord('dead', 1n), { state: 'dead' });
    const later = (name: string, ms: number) => admission.admit(inputRecord(name, 9n, { timestamp: 1_000 + ms })).kind;
    expect(later('done', WINDOW_MS)).toBe('duplicate');
    expect(later('dead', WINDOW_MS + 1)).toBe('duplicate');
    expect(later('done', WINDOW_MS + 1)).toBe('new');
  });

  it('knows a conflict by its place: again it is a redelivery, and the first one stands', () => {
    const { admission, known, ledger } = bench();
    const first = inputRecord('u', 0n);
    known(first);
    const other = inputRecord('u', 1n, { value: Buffer.from('other') });
    const verdict = admission.admit(other);
    expect(verdict).toMatchObject({ kind: 'conflict', ref: { id: originRef(other) } });
    expect(admission.admit(other).kind).toBe('redelivered');
    ledger.apply([entry('', { id: originRef(other) })], 1_000);
    if (verdict.kind === 'conflict') admission.landed(verdict.ref);
    expect(admission.admit(other).kind).toBe('redelivered');
    expect(admission.admit(inputRecord('u', 2n)).kind).toBe('duplicate');
  });

  it('finds content by subject and digest, in flight and in the ledger, where the stage asks for it', () => {
    const { admission, known } = bench({ contentDuplicates: true });
    const same = (name: string, offset: bigint, key = 'k') => inputRecord('same', offset, { key, headers: { [HEADER.id]: name, [HEADER.source]: 's' } });
    expect(admission.admit(same('first', 1n)).kind).toBe('new');
    expect(admission.admit(same('second', 2n)).kind).toBe('content');
    expect(admission.admit(same('third', 3n, 'another subject')).kind).toBe('new');
    known(inputRecord('kept', 4n));
    expect(admission.admit(inputRecord('kept', 5n, { headers: { [HEADER.id]: 'late', [HEADER.source]: 's' } })).kind).toBe('content');
    expect(bench().admission.admit(same('second', 2n)).kind).toBe('new');
  });

  it('tells a put-back unit by the operation that the ledger knows, and passes it once', () => {
    const { admission, known, ledger, refOf } = bench();
    const first = inputRecord('u', 0n);
    const { id } = refOf(first);
    const back = inputRecord('u', 7n, { headers: { ...first.headers, [HEADER.operation]: 'op-1', [HEADER.unit]: id } });
    known(first, { state: 'dead' });
    expect(admission.admit(back).kind).toBe('duplicate');
    ledger.apply([{ ...entry(''), ...refOf(first), state: 'redriven', pending: { tier: 0, dueAt: 0, orderKey: '', operation: 'op-1', dead: true } }], 2_000);
    const forged = { ...back, headers: { ...back.headers, [HEADER.operation]: 'op-2' } };
    expect(admission.admit(forged).kind).toBe('duplicate');
    expect(admission.admit(back)).toMatchObject({ kind: 'new', operation: 'op-1', ref: { id } });
    expect(admission.admit(back).kind).toBe('redelivered');
  });

  it('passes a put-back unit that comes before the answer to its commit, by its own operation only', () => {
    const { admission, known, refOf } = bench();
    const first = inputRecord('u', 0n);
    const { id } = refOf(first);
    known(first, { state: 'parked' });
    admission.expect(id, 'op-1');
    const back = (operation: string) => inputRecord('u', 7n, { headers: { ...first.headers, [HEADER.operation]: operation, [HEADER.unit]: id } });
    expect(admission.admit(back('op-2')).kind).toBe('duplicate');
    expect(admission.admit(back('op-1'))).toMatchObject({ kind: 'new', operation: 'op-1' });
    expect(admission.admit(back('op-1')).kind).toBe('redelivered');
  });

  it('believes no record that says it was put back where the ledger knows nothing of the unit', () => {
    const { admission, refOf } = bench();
    const record = inputRecord('u', 0n);
    const forged = { ...record, headers: { ...record.headers, [HEADER.operation]: 'op', [HEADER.unit]: 'f'.repeat(32) } };
    expect(admission.admit(forged)).toMatchObject({ kind: 'new', operation: '', ref: { id: refOf(record).id } });
  });
});
