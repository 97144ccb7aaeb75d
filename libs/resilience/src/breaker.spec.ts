import { describe, expect, it } from 'vitest';
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
});
