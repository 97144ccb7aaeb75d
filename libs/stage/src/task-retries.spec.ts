import { DocketError, HEADER } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { emit, park } from './handler-result.js';
import { passOn, retriable, settle, TaskBench, type Handle } from './testing/task-bench.js';

const failsUntil = (unit: string, attempt: number): Handle => (name, context) => {
  if (name === unit && context.attempt < attempt) throw retriable();
  return passOn(name, context);
};

/** A failed unit goes through the retry topics with its followers behind it, and blocks nobody else. */
describe('retries of a task', () => {
  let bench: TaskBench;
  beforeEach(() => {
    bench = new TaskBench();
  });
  const written = () => bench.records('out').map(({ value }) => String(value));

  it('keeps the order of the key, lets others pass, and has each try on the record', async () => {
    bench.handle = failsUntil('a1', 3);
    await bench.open();
    await bench.send('a', 'a1', 'a2');
    await bench.send('b', 'b1');
    await bench.send('a', 'a3');
    expect(bench.ran).toEqual(['a1#1', 'b1#1']);
    expect(bench.task.held).toBe(3);
    await bench.pass(999);
    expect(bench.ran).toHaveLength(2);
    await bench.pass(1);
    await bench.pass(5_000);
    await bench.pass(1_000);
    expect(bench.ran).toEqual(['a1#1', 'b1#1', 'a1#2', 'a1#3', 'a2#1', 'a3#1']);
    expect(written()).toEqual(['b1', 'a1', 'a2', 'a3']);
    expect(bench.steps.map(({ step, attempt }) => `${step}#${attempt}`)).toEqual(['retried#1', 'completed#1', 'retried#2', 'completed#3', 'completed#1', 'completed#1']);
    expect({ held: bench.task.held, unfinished: bench.ledger().unfinished() }).toEqual({ held: 0, unfinished: [] });
  });

  it('commits the input past a unit that waits on a retry topic', async () => {
    bench.handle = failsUntil('a1', 2);
    await bench.open();
    await bench.send('a', 'a1');
    await bench.send('b', 'b1');
    expect(bench.broker.committed.get(bench.spec.input)).toBe(2n);
    expect(bench.ledger().unfinished()).toMatchObject([{ state: 'retrying', attempt: 2, pending: { tier: 1, orderKey: 'a' } }]);
  });

  it('dead-letters a unit whose tries are used up, with its reason, and goes on with its followers', async () => {
    bench.handle = (name) => {
      if (name === 'a1') throw new Error('bug');
      return emit();
    };
    await bench.open();
    await bench.send('a', 'a1', 'a2');
    for (const ms of [1_000, 5_000, 1_000]) await bench.pass(ms);
    expect(bench.records(bench.topics.dlq)).toMatchObject([
      { headers: { [HEADER.origin]: `${bench.spec.input}/2/0`, [HEADER.errorCode]: 'DOCKET_UNEXPECTED', [HEADER.attempt]: '3' } },
    ]);
    expect(bench.outcomes).toMatchObject([{ state: 'dead-lettered', attempts: 3 }]);
    expect(bench.ran).toEqual(['a1#1', 'a1#2', 'a1#3', 'a2#1']);
  });

  it('waits at least as long as the other side asked, as far as the longest retry topic goes', async () => {
    bench.handle = (name, { attempt }) => {
      if (attempt === 1) throw retriable(name === 'capped' ? 86_400_000 : 4_000);
      return emit();
    };
    await bench.open();
    await bench.send('a', 'asked');
    await bench.send('b', 'capped');
    await bench.pass(4_999);
    expect(bench.ran).toEqual(['asked#1', 'capped#1']);
    await bench.pass(1);
    expect(bench.ran).toEqual(['asked#1', 'capped#1', 'asked#2']);
    await bench.pass(25_000);
    expect(bench.ran.at(-1)).toBe('capped#2');
  });

  it('waits out a throttled group without using up a try', async () => {
    bench = new TaskBench({ stage: { groupOf: ({ key }) => key ?? '' } });
    let open = false;
    bench.handle = () => {
      if (!open) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'slow down', { kind: 'throttled', retryAfterMs: 900 });
      return emit([], { state: 'submitted' });
    };
    await bench.open({ concurrency: 1 });
    bench.put('a', '1', { recordKey: 'funder' });
    bench.put('b', '2', { recordKey: 'funder' });
    bench.put('c', '3', { recordKey: 'other' });
    await settle();
    // The gate of the group is closed to the second, not to the other group.
    expect(bench.ran).toEqual(['1#1', '3#1']);
    open = true;
    await bench.pass(1_000);
    await bench.pass(1_000);
    expect(bench.outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    expect(bench.told.filter((line) => line.startsWith('throttled'))).toHaveLength(2);
  });

  it('parks what is throttled for longer than any retry topic waits, and releases it when that is over', async () => {
    bench.handle = (name, context) => {
      if (bench.ran.length === 1) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'slow down', { kind: 'throttled', retryAfterMs: 60_000 });
      return passOn(name, context);
    };
    await bench.open();
    await bench.send('a', '1');
    expect(bench.outcomes).toMatchObject([{ state: 'parked' }]);
    await bench.pass(59_000);
    expect(bench.ran).toHaveLength(1);
    await bench.pass(1_000);
    expect({ ran: bench.ran, states: bench.outcomes.map(({ state }) => state) }).toEqual({ ran: ['1#1', '1#1'], states: ['parked', 'submitted'] });
  });

  it('releases what was parked with a due time also after a restart', async () => {
    bench.handle = (name, context) => (bench.ran.length === 1 ? park('DOCKET_QUOTA', 'quota spent', 'rate-limit', 'parked', undefined, context.clock.now() + 5_000) : passOn(name, context));
    await bench.open();
    await bench.send('a', '1');
    await bench.task.close();
    await bench.open();
    await bench.pass(5_000);
    expect(bench.outcomes.map(({ state }) => state)).toEqual(['parked', 'submitted']);
  });

  it('sends what exceeds the share of a group to the first retry topic, without a try', async () => {
    bench = new TaskBench({ stage: { groupOf: ({ key }) => key ?? '' } });
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    await bench.open({ windowRecords: 4, concurrency: 1 });
    for (const name of ['1', '2', '3']) bench.put(name, name, { recordKey: 'funder' });
    bench.put('x', 'x', { recordKey: 'other' });
    await settle();
    expect(bench.records(bench.topics.retry[0] ?? '').map(({ value }) => String(value))).toEqual(['3']);
    for (let turn = 0; turn < 3; turn++) {
      release[turn]?.();
      await settle();
    }
    expect(bench.ran).toEqual(['1#1', '2#1', 'x#1']);
    await bench.pass(1_000);
    expect(bench.ran.at(-1)).toBe('3#1');
  });

  it('drops leftovers of an earlier pass through a retry topic', async () => {
    const untilThird = failsUntil('a1', 3);
    bench.handle = (name, context) => (name === 'b1' && context.attempt === 1 ? failsUntil('b1', 2)(name, context) : untilThird(name, context));
    await bench.open();
    await bench.send('a', 'a1');
    const [first] = bench.records(bench.topics.retry[0] ?? '');
    await bench.pass(1_000);
    // The same record once more, of a pass that is over, while another unit waits on the topic.
    await bench.send('b', 'b1');
    if (!first) throw new Error('nothing on the retry topic');
    const leftover = bench.broker.append({ topic: first.topic, key: first.key ?? '', value: first.value, headers: first.headers });
    await settle();
    await bench.pass(5_000);
    await bench.pass(60_000);
    expect(bench.broker.committed.get(first.topic)).toBe(leftover + 1n);
    expect(bench.ran.filter((run) => run.startsWith('a1'))).toEqual(['a1#1', 'a1#2', 'a1#3']);
  });

  it('stops where nearly every unit dies of an unexpected error, instead of dead-lettering them all', async () => {
    bench.handle = () => {
      throw new Error('bad deploy');
    };
    await bench.open({ maxAttempts: 1, deadLetterLimit: { of: 10, most: 3 } });
    for (let n = 0; n < 6; n++) await bench.send(`k${n}`, `u${n}`);
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_DEAD_LETTER_LIMIT', kind: 'critical' }]);
    expect(bench.records(bench.topics.dlq)).toHaveLength(3);
  });

  it('pauses the input where too many are held, and resumes it', async () => {
    let fail = true;
    bench.handle = () => {
      if (fail) throw retriable();
      return emit();
    };
    await bench.open({ maxHeld: 2 });
    await bench.send('a', 'a1');
    await bench.send('b', 'b1');
    const input = () => bench.broker.journal.filter((line) => line.endsWith(bench.spec.input) && /pause|resume/.test(line)).at(-1);
    expect(input()).toBe(`pause ${bench.spec.input}`);
    fail = false;
    await bench.pass(1_100);
    expect(input()).toBe(`resume ${bench.spec.input}`);
  });
});
