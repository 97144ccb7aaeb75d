import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mendRequestQueue } from './mend-request-queue.js';

/** An idle queue sets no timer; one that waits, for its turn or for a throttle to end, sets one. */
beforeEach(() => {
  vi.useFakeTimers();
  mendRequestQueue();
  mendRequestQueue();
});
afterEach(() => vi.useRealTimers());

function schedule(pending: number, throttledUntil: number): number {
  const check = vi.fn();
  const queue = { pending: Array(pending).fill(0), throttledUntil, throttleCheckTimeoutId: null, checkPendingRequests: check };
  RequestQueue.prototype.scheduleCheckPendingRequests.call(queue as unknown as RequestQueue);
  return vi.getTimerCount();
}

it('pitfall 1: leaves an idle queue alone', () => {
  expect(schedule(0, -1)).toBe(0);
});

it('pitfall 1: looks again where something waits or the broker throttles', () => {
  expect(schedule(1, -1)).toBe(1);
  vi.clearAllTimers();
  expect(schedule(0, Date.now() + 500)).toBe(1);
});
