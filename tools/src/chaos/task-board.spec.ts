import { expect, it, vi } from 'vitest';
import { TaskBoard } from './task-board.js';

function boardOf(...runs: readonly [worker: string, partitions: readonly number[]][]): TaskBoard {
  const board = new TaskBoard(['s'], 3);
  for (const [worker, partitions] of runs) {
    board.took(worker, { kind: 'assigned', at: 1, stage: 's', partitions: [...partitions], anew: true });
    for (const partition of partitions) board.took(worker, { kind: 'opened', at: 2, stage: 's', partition });
  }
  return board;
}

it('is settled when every task runs and every worker is in the group', () => {
  const board = boardOf(['a', [0, 1]], ['b', [2]]);
  expect(board.settled(['a', 'b'])).toBe(true);
  expect(board.settled(['a', 'b', 'c'])).toBe(false);
  expect(board.gone('b')).toEqual(['s/2']);
  expect(board.settled(['a'])).toBe(false);
});

it('takes from a worker what a join takes from it', () => {
  const board = boardOf(['a', [0, 1]]);
  board.took('a', { kind: 'assigned', at: 3, stage: 's', partitions: [1], anew: false });
  expect(board.tasksOf('a')).toEqual(['s/1']);
  board.took('a', { kind: 'assigned', at: 4, stage: 's', partitions: [1], anew: true });
  expect(board.tasksOf('a')).toEqual([]);
});

it('tells when the last of the tasks ran again, and takes no older opening for it', async () => {
  const board = boardOf(['a', [0, 1]], ['b', [2]]);
  const { done } = board.recovery(board.gone('a'), 10);
  const told = vi.fn();
  void done.then(told);
  board.took('b', { kind: 'opened', at: 9, stage: 's', partition: 0 });
  board.took('b', { kind: 'opened', at: 12, stage: 's', partition: 1 });
  await Promise.resolve();
  expect(told).not.toHaveBeenCalled();
  board.took('b', { kind: 'opened', at: 15, stage: 's', partition: 0 });
  await expect(done).resolves.toBe(15);
});

it('has recovered at once from the loss of a worker that ran nothing', async () => {
  await expect(boardOf(['a', [0]]).recovery([], 10).done).resolves.toBe(10);
});
