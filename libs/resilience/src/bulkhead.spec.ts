import { expect, it } from 'vitest';
import { Bulkhead } from './bulkhead.js';

it('runs at most so many calls at once, in turn, and none whose signal was aborted while it waited', async () => {
  const bulkhead = new Bulkhead(1);
  const ran: string[] = [];
  let release: () => void = () => undefined;
  const never = new AbortController().signal;
  const gone = new AbortController();
  const first = bulkhead.run(() => new Promise<void>((resolve) => (release = resolve)), never);
  const second = bulkhead.run(() => Promise.resolve(ran.push('second')), gone.signal);
  const third = bulkhead.run(() => Promise.resolve(ran.push('third')), never);
  gone.abort(new Error('gone'));
  release();
  await first;
  await expect(second).rejects.toThrow('gone');
  await third;
  expect(ran).toEqual(['third']);
});
