import { describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
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
