import { DocketError, type OperationCommand } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { emit, park } from './handler-result.js';
import { settle, TaskBench } from './testing/task-bench.js';

/** A gate holds handlers back without failing anything: what waits is neither tried nor lost, and the input pauses by itself. */
describe('a gate of a stage without groups', () => {
  it('counts each record that it lets through, once, and keeps the order of keys', async () => {
    let tokens = 0;
    const bench = new TaskBench({ stage: { gate: () => (tokens > 0 ? (tokens--, 0) : 250) }, policy: { windowRecords: 100 } });
    await bench.open();
    for (let n = 0; n < 5; n++) await bench.send('a', `a${n}`);
    for (let n = 0; n < 5; n++) await bench.send(`b${n}`, `b${n}`);
    expect(bench.ran).toEqual([]);
    expect(bench.task.heldBy).toBe('gate');
    for (let turn = 1; turn <= 5; turn++) {
      tokens = 2;
      await bench.pass(250);
      expect(bench.ran).toHaveLength(2 * turn);
    }
    expect(bench.ran.filter((name) => name.startsWith('a'))).toEqual(['a0#1', 'a1#1', 'a2#1', 'a3#1', 'a4#1']);
    expect(bench.task.heldBy).toBeUndefined();
  });

  it('pauses the input at the window, and lets it go on when it opens', async () => {
    let closed = true;
    const bench = new TaskBench({ stage: { gate: () => (closed ? 1_000 : 0) }, policy: { windowRecords: 4 } });
    await bench.open();
    for (let n = 0; n < 10; n++) await bench.send(`k${n}`, `u${n}`);
    expect(bench.broker.journal).toContain(`pause ${bench.spec.input}`);
    expect(bench.ran).toEqual([]);
    closed = false;
    await bench.pass(1_000);
    await bench.pass(1_000);
    expect(bench.ran).toHaveLength(10);
    expect(bench.failures).toEqual([]);
  });

  it('tells that a person paused it', async () => {
    const bench = new TaskBench();
    await bench.open();
    bench.task.setPaused(true);
    expect(bench.task.heldBy).toBe('operator');
  });
});

describe('a gate of a group', () => {
  const group = (key: string | null) => key ?? '';

  it('is told how many of the group are under way, and asked again as one of them ends', async () => {
    const asked: number[] = [];
    const bench = new TaskBench({
      // Would stay closed for a minute: only the end of a handler opens it in time.
      stage: { groupOf: ({ key }) => group(key), gate: (_group, running) => (asked.push(running), running < 2 ? 0 : 60_000) },
      policy: { windowRecords: 100, concurrency: 10 },
    });
    const ends: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => ends.push(() => resolve(emit())));
    await bench.open();
    for (let n = 0; n < 5; n++) await bench.send(`k${n}`, `u${n}`);
    expect(bench.ran).toHaveLength(2);
    for (let done = 1; done <= 5; done++) {
      ends.shift()?.();
      await settle();
      expect(bench.ran).toHaveLength(Math.min(5, 2 + done));
    }
    expect(Math.max(...asked)).toBe(2);
    expect(bench.task.heldBy).toBeUndefined();
  });

  it('tells the handler how long it waited there', async () => {
    let open = false;
    const bench = new TaskBench({ stage: { groupOf: ({ key }) => group(key), gate: () => (open ? 0 : 400) }, policy: { windowRecords: 100 } });
    const waited: number[] = [];
    bench.handle = (_name, { gatedMs }) => {
      waited.push(gatedMs);
      return emit();
    };
    await bench.open();
    await bench.send('a', 'a1');
    await bench.pass(400);
    open = true;
    await bench.pass(400);
    await bench.send('b', 'b1');
    expect(waited).toEqual([800, 0]);
  });
});

describe('a group that is throttled for longer than any retry topic waits', () => {
  const DAY_MS = 86_400_000;
  const open = async () => {
    const bench = new TaskBench({ stage: { groupOf: ({ key }) => key ?? '' }, policy: { windowRecords: 100, concurrency: 1 } });
    let throttled = true;
    bench.handle = () => {
      if (throttled) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'next month', { kind: 'throttled', retryAfterMs: 20 * DAY_MS });
      return emit();
    };
    await bench.open();
    for (let n = 0; n < 5; n++) await bench.send(`k${n}`, `u${n}`);
    return { bench, mend: () => void (throttled = false) };
  };
  const release = async (bench: TaskBench, unit: string) => {
    const upTo = String(bench.broker.bounds([bench.topics.parked]).get(bench.topics.parked)?.high);
    const command: OperationCommand = {
      kind: 'release', id: '01900000-0000-7000-8000-000000000001', stage: bench.spec.name, state: 'requested', partitions: { 2: { from: '0', upTo } }, causes: [], units: [unit], ratePerSecond: 1_000, planned: 1,
      by: 'example-operator', at: '2026-01-01T00:00:00.000Z', reason: 'the funder raised our quota',
    };
    bench.clock.advance(1_000);
    bench.task.operate(command);
    await settle();
  };

  it('has all its units parked until then, one call made for all of them, and holds no offset', async () => {
    const { bench, mend } = await open();
    expect(bench.ran).toEqual(['u0#1']);
    expect(bench.records(bench.topics.parked)).toHaveLength(5);
    expect(bench.broker.committed.get(bench.spec.input)).toBe(5n);
    expect(bench.task.heldBy).toBeUndefined();
    mend();
    // No timer reaches so far: parked units are looked at once a minute.
    bench.clock.advance(20 * DAY_MS);
    await bench.pass(60_000);
    await bench.pass(60_000);
    expect(bench.ran.slice(1).sort()).toEqual(['u0#1', 'u1#1', 'u2#1', 'u3#1', 'u4#1']);
  });

  it('is open again for all as soon as one that was put back passes', async () => {
    const { bench, mend } = await open();
    mend();
    await bench.send('k5', 'u5');
    expect(bench.ran).toEqual(['u0#1']);
    await release(bench, 'u1');
    expect(bench.ran).toEqual(['u0#1', 'u1#1']);
    await bench.send('k6', 'u6');
    expect(bench.ran).toEqual(['u0#1', 'u1#1', 'u6#1']);
  });

  it('stays closed where one that was put back passes whose call began before', async () => {
    const bench = new TaskBench({ stage: { groupOf: ({ key }) => key ?? '' }, policy: { windowRecords: 100, concurrency: 2 } });
    const ends: (() => void)[] = [];
    let held = true;
    bench.handle = (name) => {
      if (name === 'u1' && held) return park('DOCKET_REVIEW', 'm', 'policy', 'held-for-review');
      if (name === 'u1') return new Promise((resolve) => ends.push(() => resolve(emit())));
      throw new DocketError('DOCKET_FUNDER_THROTTLED', 'next month', { kind: 'throttled', retryAfterMs: 20 * DAY_MS });
    };
    await bench.open();
    await bench.send('k1', 'u1');
    held = false;
    await release(bench, 'u1');
    await bench.pass(1);
    await bench.send('k2', 'u2');
    ends.forEach((end) => end());
    await settle();
    await bench.send('k3', 'u3');
    expect(bench.ran).toEqual(['u1#1', 'u1#1', 'u2#1']);
    expect(bench.outcomes.map(({ state }) => state)).toEqual(['held-for-review', 'parked', 'parked']);
  });

  it('keeps a call without a known end in doubt over the time that its unit is parked', async () => {
    const bench = new TaskBench({ policy: { windowRecords: 100 } });
    const seen: (number | undefined)[] = [];
    bench.handle = async (_name, { calls }) => {
      await calls.begin({ deadlineMs: 100 });
      return new Promise(() => undefined);
    };
    await bench.open();
    await bench.send('k0', 'u0');
    // That life is over; in the next one a question to the outside is throttled.
    bench.handle = (_name, { calls }) => {
      seen.push(calls.inDoubtSince);
      if (seen.length > 1) return emit();
      throw new DocketError('DOCKET_FUNDER_THROTTLED', 'next month', { kind: 'throttled', retryAfterMs: 20 * DAY_MS });
    };
    const begunAt = bench.clock.now();
    await bench.open();
    bench.clock.advance(20 * DAY_MS);
    await bench.pass(60_000);
    expect(seen).toEqual([begunAt, begunAt]);
  });

  it('stays closed where one that was put back is throttled as well', async () => {
    const { bench } = await open();
    await release(bench, 'u1');
    await bench.send('k6', 'u6');
    expect(bench.ran).toEqual(['u0#1', 'u1#1']);
    expect(bench.records(bench.topics.parked)).toHaveLength(7);
  });
});
