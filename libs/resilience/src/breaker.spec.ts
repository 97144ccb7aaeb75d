import { describe, expect, it, vi } from 'vitest';
import { Breaker } from './breaker.js';

/** A target that fails is left alone for a while; errors of the input never count against it. */
describe('Breaker', () => {
  const fails = (message: string) => () => Promise.reject(new Error(message));

  it('opens at half of ten calls or more, and then calls no more', async () => {
    const states: string[] = [];
    const breaker = new Breaker({ target: 'engine', counts: () => true, onState: (state) => states.push(state) });
    for (let n = 0; n < 5; n++) await breaker.run(() => Promise.resolve(n));
    for (let n = 0; n < 5; n++) await expect(breaker.run(fails('down'))).rejects.toThrow('down');
    let called = false;
    const call = () => {
      called = true;
      return Promise.resolve();
    };
    await expect(breaker.run(call)).rejects.toMatchObject({ code: 'DOCKET_BREAKER_OPEN', kind: 'retriable' });
    expect(called).toBe(false);
    expect(states).toEqual(['closed', 'open']);
  });

  it('does not count what is not the target fault', async () => {
    const breaker = new Breaker({ target: 'engine', counts: (error) => error.message !== 'bad document' });
    for (let n = 0; n < 30; n++) await expect(breaker.run(fails('bad document'))).rejects.toThrow('bad document');
    expect(await breaker.run(() => Promise.resolve('up'))).toBe('up');
  });

  it('lets one call through as a probe when its time has come, and tells the others to wait', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const states: string[] = [];
      const breaker = new Breaker({ target: 'funder', counts: () => true, halfOpenAfterMs: 5_000, onState: (state) => states.push(state) });
      expect(breaker.waitMs(7)).toBe(0);
      for (let n = 0; n < 10; n++) await expect(breaker.run(fails('down'))).rejects.toThrow('down');
      expect(breaker.waitMs(0)).toBe(5_000);
      vi.advanceTimersByTime(4_000);
      await expect(breaker.run(fails('never called'))).rejects.toMatchObject({ code: 'DOCKET_BREAKER_OPEN', retryAfterMs: 1_000 });
      vi.advanceTimersByTime(1_000);
      // One that began before the breaker opened is still under way: it tells nothing of how the target is now.
      expect([breaker.waitMs(0), breaker.waitMs(1)]).toEqual([0, 500]);
      let answer: () => void = () => undefined;
      const probe = breaker.run(() => new Promise<void>((resolve) => (answer = resolve)));
      expect(breaker.waitMs(1)).toBe(500);
      answer();
      await probe;
      expect(breaker.waitMs(1)).toBe(0);
      expect(states).toEqual(['closed', 'open', 'half_open', 'closed']);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([['unsent', 'open'], ['down', 'open'], ['refused', 'closed']])('after a probe that ends with "%s" it is %s', async (message, state) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const states: string[] = [];
      const breaker = new Breaker({
        target: 'funder', counts: (error) => error.message === 'down', answered: (error) => error instanceof Error && error.message === 'refused',
        halfOpenAfterMs: 5_000, onState: (at) => states.push(at),
      });
      for (let n = 0; n < 10; n++) await expect(breaker.run(fails('unsent'))).rejects.toThrow('unsent');
      expect(states).toEqual(['closed']);
      for (let n = 0; n < 10; n++) await expect(breaker.run(fails('down'))).rejects.toThrow('down');
      vi.advanceTimersByTime(5_000);
      await expect(breaker.run(fails(message))).rejects.toThrow(message);
      expect(states).toEqual(['closed', 'open', 'half_open', state]);
      expect(breaker.waitMs(0)).toBe(state === 'open' ? 5_000 : 0);
    } finally {
      vi.useRealTimers();
    }
  });
});
