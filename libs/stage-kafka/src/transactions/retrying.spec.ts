import { ManualClock } from '@docket/contracts';
import { expect, it, vi } from 'vitest';
import { retrying } from './retrying.js';

/** Lets all that is due by now go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it('waits longer from time to time, until the time is up', async () => {
  const clock = new ManualClock(0);
  const times: number[] = [];
  const error = new Error('again');
  const outcome = retrying(1_000, () => { times.push(clock.now()); return Promise.reject(error); }, () => true, clock).catch((last: unknown) => last);
  for (let ms = 0; ms < 1_100; ms++) {
    await settle();
    clock.advance(1);
  }
  expect(await outcome).toBe(error);
  expect(times.slice(0, 9)).toEqual([0, 2, 6, 14, 30, 62, 126, 226, 326]);
  expect(times.at(-1)).toBeLessThanOrEqual(1_000);
});

it('does not repeat what cannot pass, and ends with success', async () => {
  const clock = new ManualClock(0);
  const work = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValue('done');
  await expect(retrying(1_000, work, () => false, clock)).rejects.toThrow('no');
  expect(work).toHaveBeenCalledTimes(1);
  await expect(retrying(1_000, work, () => false, clock)).resolves.toBe('done');
});
