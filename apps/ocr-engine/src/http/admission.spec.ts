import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@docket/contracts';
import { Admission } from './admission.js';

describe('Admission', () => {
  let waiting = 0;
  let admission: Admission;
  const busy = expect.objectContaining({ code: 'DOCKET_OCR_BUSY', kind: 'throttled' }) as Error;

  beforeEach(() => {
    waiting = 0;
    admission = new Admission({ queueLimit: 3, maxHeldBytes: 100, workers: 2 }, () => waiting);
  });

  it('refuses while too many pages wait, with the time they will likely take', () => {
    admission.enter(1);
    waiting = 3;
    expect(() => admission.enter(1)).toThrow(expect.objectContaining({ code: 'DOCKET_OCR_BUSY', retryAfterMs: 6_000 }));
    for (let page = 0; page < 50; page++) admission.pageTook(1_000);
    expect(() => admission.enter(1)).toThrow(expect.objectContaining({ retryAfterMs: expect.closeTo(2_000, -1) as number }));
    waiting = 2;
    admission.enter(1);
  });

  it('refuses while too many documents or bytes are held, until some are let go', () => {
    const leave = admission.enter(90);
    expect(() => admission.enter(11)).toThrow(busy);
    leave();
    for (let document = 0; document < 3; document++) admission.enter(10);
    expect(() => admission.enter(10)).toThrow(busy);
  });

  it('takes a document that is alone, however large', () => {
    waiting = 9;
    admission.enter(1_000);
    expect(() => admission.enter(0)).toThrow(busy);
  });

  it('refuses newcomers when closing, and waits for the last document', async () => {
    const leave = admission.enter(1);
    let closed = false;
    const clock = new ManualClock();
    const closing = admission.close(clock, 10_000).then(() => (closed = true));
    expect(() => admission.enter(1)).toThrow(expect.objectContaining({ code: 'DOCKET_OCR_CLOSED' }));
    expect(closed).toBe(false);
    leave();
    await closing;
    expect(clock.pending).toBe(0);
  });

  it('waits no longer than it may', async () => {
    admission.enter(1);
    const clock = new ManualClock();
    const closing = admission.close(clock, 10_000);
    clock.advance(10_000);
    await closing;
  });
});
