import { ManualClock } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { AuditWatch } from './audit-watch.js';

/** What is let in must go on the record: a log that takes nothing closes the front door. */
describe('the watch on the audit log', () => {
  it('believes it until a step is refused, and again once one is taken', async () => {
    const watch = new AuditWatch(new ManualClock());
    let take = true;
    const audit = watch.watch(() => (take ? Promise.resolve() : Promise.reject(new Error('no'))));
    expect(watch.acks).toBe(true);
    take = false;
    await expect(audit()).rejects.toThrow('no');
    expect(watch.acks).toBe(false);
    take = true;
    await audit();
    expect(watch.acks).toBe(true);
  });

  it('lets it be tried again ten seconds after a refusal: nothing else might ever ask it', async () => {
    const clock = new ManualClock();
    const watch = new AuditWatch(clock);
    await expect(watch.watch(() => Promise.reject(new Error('no')))()).rejects.toThrow('no');
    clock.advance(9_999);
    expect(watch.acks).toBe(false);
    clock.advance(1);
    expect(watch.acks).toBe(true);
  });

  it('does not wait for an answer longer than ten seconds', async () => {
    const clock = new ManualClock();
    const watch = new AuditWatch(clock);
    let answer = (): void => undefined;
    const pending = watch.watch(() => new Promise<void>((resolve) => (answer = resolve)))();
    clock.advance(9_999);
    expect(watch.acks).toBe(true);
    clock.advance(1);
    expect(watch.acks).toBe(false);
    answer();
    await pending;
    expect(watch.acks).toBe(true);
  });
});
