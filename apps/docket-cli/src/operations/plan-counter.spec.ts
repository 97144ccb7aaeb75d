import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDeadLetter } from '../dead-letters/dead-letter.js';
import { DLQ, PARKED } from '../dead-letters/letter-kind.js';
import { entry, letter, STAGE, unitId } from '../testing/letters.js';
import { PlanCounter } from './plan-counter.js';

const of = (unit: number, code?: string) => toDeadLetter(STAGE, letter(0, { unit, ...(code !== undefined && { code }) }));
const states = fc.constantFrom('done', 'retrying', 'held', 'parked', 'dead', 'redriven', undefined);

it('accounts for every letter once, by cause and by partition alike; each unit that is dead is put back once', () => {
  const given = fc.array(fc.record({ unit: fc.nat({ max: 30 }), code: fc.constantFrom('DOCKET_A', 'DOCKET_B') }), { maxLength: 100 });
  fc.assert(fc.property(given, fc.array(states, { minLength: 31, maxLength: 31 }), (letters, ledger) => {
    const counter = new PlanCounter(DLQ);
    // A unit has its partition, as a key has.
    for (const { unit, code } of letters) counter.add(of(unit, code), unit % 3);
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
    expect(counts.eligible).toBe(new Set(letters.map(({ unit }) => unit).filter((unit) => ledger[unit] === 'dead')).size);
    expect(Object.values(counts.refused).reduce((total, count) => total + count, 0)).toBe(letters.length - counts.eligible);
  }));
});

it('refuses more units than it can hold, and says how to narrow it down', () => {
  const counter = new PlanCounter(PARKED, 2);
  counter.add(of(1), 0);
  counter.add(of(2), 0);
  counter.add(of(1), 0);
  expect(() => counter.add(of(3), 0)).toThrow('--cause');
  expect([counter.has(unitId(2)), counter.has(unitId(4))]).toEqual([true, false]);
});
