import { ManualClock } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { noCalls, OutsideCalls } from './outside-calls.js';
import type { OutputRecord } from './record.js';
import { idOf, work } from './testing/entries.js';
import { settle } from './testing/task-bench.js';

describe('OutsideCalls', () => {
  const clock = new ManualClock(1_000);
  let lease: number;
  let written: string[];
  let calls: OutsideCalls;
  beforeEach(() => {
    lease = 10_000;
    written = [];
    const note = (how: string) => (records: readonly OutputRecord[]) => {
      for (const { topic, key, value } of records) written.push(`${how} ${topic} ${key} ${value === null ? 'ends' : 'begins'}`);
      return Promise.resolve();
    };
    calls = new OutsideCalls({ topic: 'attempts', partition: 2, clock, leaseUntil: () => lease, write: note('write'), commit: note('commit') });
  });
  const unit = work('u', 1n);
  const { signal } = new AbortController();
  const of = () => calls.of(unit, () => signal);

  it('writes the intent before the call, and ends it with the unit', async () => {
    expect(of().inDoubtSince).toBeUndefined();
    expect(await of().begin({ deadlineMs: 100 })).toEqual({ inDoubt: false });
    expect(written).toEqual([`write attempts ${idOf('u')} begins`]);
    expect(calls.ending(unit, true)).toMatchObject([{ topic: 'attempts', key: idOf('u'), value: null, partition: 2 }]);
    expect(calls.ending(unit, true)).toEqual([]);
  });

  it('commits the intent where the outside cannot recognise a repeat', async () => {
    await of().begin({ deadlineMs: 100, fenced: true });
    expect(written).toEqual([`commit attempts ${idOf('u')} begins`]);
  });

  it('resolves only when the intent is acknowledged', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    calls = new OutsideCalls({ topic: 'attempts', partition: 2, clock, leaseUntil: () => lease, write: () => promise, commit: () => promise });
    let begun = false;
    const begin = of().begin({ deadlineMs: 100 }).then(() => (begun = true));
    await settle();
    expect(begun).toBe(false);
    resolve(undefined);
    await begin;
  });

  it('gives up where the handler is aborted before the intent is acknowledged', async () => {
    const never = () => new Promise<void>(() => undefined);
    calls = new OutsideCalls({ topic: 'attempts', partition: 2, clock, leaseUntil: () => lease, write: never, commit: never });
    const controller = new AbortController();
    const begin = calls.of(unit, () => controller.signal).begin({ deadlineMs: 100 });
    controller.abort(new Error('deadline'));
    await expect(begin).rejects.toThrow('deadline');
  });

  it('is in doubt where an earlier call has no known end: a retry whose outcome nobody told', async () => {
    await of().begin({ deadlineMs: 100 });
    expect(calls.ending(unit, false)).toEqual([]);
    expect(of().inDoubtSince).toBe(1_000);
    expect(await of().begin({ deadlineMs: 100 })).toEqual({ inDoubt: true });
  });

  it('is not in doubt where the outside had answered', async () => {
    const port = of();
    await port.begin({ deadlineMs: 100 });
    port.settled();
    expect(calls.ending(unit, false)).toHaveLength(1);
    expect(await of().begin({ deadlineMs: 100 })).toEqual({ inDoubt: false });
  });

  it('takes up the intents of an earlier life, unless they had ended', async () => {
    calls.restore(idOf('u'), Buffer.from('{"attempt":1,"at":700}'));
    expect(of().inDoubtSince).toBe(700);
    expect(await of().begin({ deadlineMs: 100 })).toEqual({ inDoubt: true });
    calls.restore(idOf('v'), Buffer.from('{}'));
    calls.restore(idOf('v'), null);
    expect(await calls.of(work('v', 2n), () => signal).begin({ deadlineMs: 100 })).toEqual({ inDoubt: false });
  });

  it.each(['{}', 'null', '{"at":"700"}', '{"at":1e300}', '{'])('takes an intent that it cannot read for one of this moment: %s', (text) => {
    calls.restore(idOf('u'), Buffer.from(text));
    expect(of().inDoubtSince).toBe(1_000);
  });

  it('starts no call that the lease does not cover to its deadline', async () => {
    lease = clock.now() + 100;
    await expect(of().begin({ deadlineMs: 100 })).rejects.toMatchObject({ code: 'DOCKET_LEASE', retriable: true, retryAfterMs: 1_000 });
    expect(written).toEqual([]);
    lease++;
    await of().begin({ deadlineMs: 100 });
    expect(written).toHaveLength(1);
  });

  it('is refused in a stage that keeps no intents', async () => {
    await expect(noCalls.begin({ deadlineMs: 1 })).rejects.toMatchObject({ code: 'DOCKET_NO_CALLS', kind: 'critical' });
    noCalls.settled();
  });
});
