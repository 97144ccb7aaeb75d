import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDeadLetter } from '../dead-letters/dead-letter.js';
import { DLQ, PARKED } from '../dead-letters/letter-kind.js';
import { entry, ledgerIdOf, letter, STAGE, type LetterGiven } from '../testing/letters.js';
import { PlanCounter } from './plan-counter.js';

const of = (given: LetterGiven) => toDeadLetter(STAGE, letter(0, given));
const states = fc.constantFrom('done', 'retrying', 'held', 'parked', 'dead', 'redriven', undefined);

/** Counts for letters of one partition, against a ledger of these entries. */
function countsOf(letters: readonly LetterGiven[], ledger: Readonly<Record<string, ReturnType<typeof entry>>>) {
  const counter = new PlanCounter(DLQ);
  for (const given of letters) counter.add(of(given), 0);
  for (const partition of counter.partitions) counter.settle(partition, { get: (id) => ledger[id] });
  return counter.counts();
}

it('accounts for every letter once, by cause and by partition alike; each unit that is dead is put back once', () => {
  const given = fc.array(fc.record({ unit: fc.nat({ max: 30 }), code: fc.constantFrom('DOCKET_A', 'DOCKET_B'), stale: fc.boolean() }), { maxLength: 100 });
  fc.assert(fc.property(given, fc.array(states, { minLength: 31, maxLength: 31 }), (letters, ledger) => {
    const counter = new PlanCounter(DLQ);
    // A unit has its partition, as a key has.
    for (const { unit, code, stale } of letters) counter.add(of({ unit, code, ...(stale && { origin: 99 }) }), unit % 3);
    const get = (id: string) => {
      const unit = Number(id.slice(-12));
      const state = ledger[unit];
      return state && entry(unit, state);
    };
    for (const partition of counter.partitions) counter.settle(partition, { get });
    const counts = counter.counts();
    const sum = (parts: readonly { eligible: number; refused: number }[]) => parts.reduce((total, part) => total + part.eligible + part.refused, 0);
    expect(counts.matched).toBe(letters.length);
    expect(sum(counts.byCause)).toBe(letters.length);
    expect(sum(counts.byPartition)).toBe(letters.length);
    expect(counts.eligible).toBe(new Set(letters.filter(({ unit, stale }) => !stale && ledger[unit] === 'dead').map(({ unit }) => unit)).size);
    expect(Object.values(counts.refused).reduce((total, count) => total + count, 0)).toBe(letters.length - counts.eligible);
  }));
});

it('looks a unit up by the id that its stage gave it, which need not be made from its correlation id', () => {
  const ledgerId = 'e'.repeat(32);
  expect(countsOf([{ unit: 1, ledgerId }], { [ledgerId]: entry(1, 'dead') })).toMatchObject({ eligible: 1, refused: {} });
  expect(countsOf([{ unit: 1, ledgerId: null }], { [ledgerIdOf(1)]: entry(1, 'dead') })).toMatchObject({ eligible: 1, refused: {} });
  expect(countsOf([{ unit: 1, ledgerId: 'none' }], { [ledgerIdOf(1)]: entry(1, 'dead') })).toMatchObject({ eligible: 0, refused: { unknown: 1 } });
});

it('takes a conflict for what it is: done under an id of its own, and no copy of the unit whose id it bears', () => {
  const conflict = { unit: 1, ledgerId: 'c'.repeat(32), origin: 8, code: 'DOCKET_CONFLICT' };
  const ledger = { [ledgerIdOf(1)]: entry(1, 'dead'), [conflict.ledgerId]: { ...entry(8, 'done'), id: conflict.ledgerId } };
  expect(countsOf([{ unit: 1 }, conflict], ledger)).toMatchObject({
    matched: 2, eligible: 1, refused: { done: 1 }, byCause: [{ code: 'DOCKET_RETRY_EXHAUSTED', eligible: 1, refused: 0 }, { code: 'DOCKET_CONFLICT', eligible: 0, refused: 1 }],
  });
});

it.each([
  ['the last in the set', [{ unit: 5, origin: 2 }, { unit: 5 }], { eligible: 1, refused: { repeated: 1 } }],
  ['not chosen', [{ unit: 5, origin: 2 }], { eligible: 0, refused: { repeated: 1 } }],
  ['without a place', [{ unit: 5, origin: Number.NaN }], { eligible: 0, refused: { repeated: 1 } }],
])('counts only the copy of the last death: %s', (_, letters, counts) => {
  expect(countsOf(letters, { [ledgerIdOf(5)]: entry(5, 'dead') })).toMatchObject(counts);
});

it('refuses more than it can hold, and says how to narrow it down', () => {
  const counter = new PlanCounter(PARKED, 2);
  counter.add(of({ unit: 1 }), 0);
  counter.add(of({ unit: 2 }), 0);
  expect(() => counter.add(of({ unit: 1 }), 0)).toThrow('--cause');
});
