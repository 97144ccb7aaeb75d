import { expect, it } from 'vitest';
import { unitId } from '../workload/unit.js';
import { OutcomeBoard } from './outcome-board.js';

const outcome = (sequence: number, id = unitId(sequence)) => Buffer.from(JSON.stringify({ id, subject: 'SUB-000001', sequence }));

it('counts units once and repeats apart', () => {
  const board = new OutcomeBoard(3);
  board.note(outcome(2), 10.5);
  board.note(outcome(0), 11);
  board.note(outcome(2), 12);
  expect([board.seen, board.doubled]).toEqual([2, 1]);
  expect([...board.seenAt(0, 3)]).toEqual([11, Number.NaN, 10.5]);
});

it.each([outcome(3), outcome(-1), outcome(1, unitId(2)), Buffer.from('{}'), Buffer.from('null')])('refuses an outcome of no unit', (value) => {
  expect(() => new OutcomeBoard(3).note(value, 1)).toThrow(expect.objectContaining({ code: 'DOCKET_BENCH_OUTCOME' }) as Error);
});
