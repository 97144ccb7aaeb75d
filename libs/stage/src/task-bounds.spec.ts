import { describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { retriable, settle, TaskBench } from './testing/task-bench.js';

/** What a task holds is bounded: records, bytes, what waits for the watermark, and what is read ahead of its time. */
describe('bounds of a task', () => {
  const flow = (bench: TaskBench, topic: string) => bench.broker.journal.filter((line) => line === `pause ${topic}` || line === `resume ${topic}`).map((line) => line.split(' ')[0]);

  /** A bench whose handlers wait to be released. */
  async function waiting(policy: Parameters<TaskBench['open']>[0]) {
    const bench = new TaskBench();
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    await bench.open(policy);
    bench.broker.journal.length = 0;
    return { bench, release };
  }

  it('pauses the input at the bound of records and resumes at three quarters of it', async () => {
    const { bench, release } = await waiting({ windowRecords: 8, concurrency: 8 });
    for (let n = 0; n < 7; n++) await bench.send(`k${n}`, String(n));
    expect(flow(bench, bench.spec.input)).toEqual([]);
    await bench.send('k7', '7');
    expect(flow(bench, bench.spec.input)).toEqual(['pause']);
    release[0]?.();
    await settle();
    expect(flow(bench, bench.spec.input)).toEqual(['pause']);
    release[1]?.();
    await settle();
    expect(flow(bench, bench.spec.input)).toEqual(['pause', 'resume']);
  });

  it('pauses the input at the bound of bytes', async () => {
    const { bench, release } = await waiting({ windowBytes: 10_000 });
    await bench.send('a', 'x'.repeat(10_000));
    expect(flow(bench, bench.spec.input)).toEqual(['pause']);
    release[0]?.();
    await settle();
    expect(flow(bench, bench.spec.input)).toEqual(['pause', 'resume']);
  });

  it('pauses the input where too much is done behind a record that waits', async () => {
    const { bench, release } = await waiting({ windowRecords: 4, concurrency: 8 });
    await bench.send('head', 'head');
    bench.handle = () => emit();
    for (let n = 0; n < 30; n++) await bench.send(`k${n}`, String(n));
    expect(flow(bench, bench.spec.input)).toEqual([]);
    await bench.send('last', 'last');
    expect(flow(bench, bench.spec.input)).toEqual(['pause']);
    release[0]?.();
    await settle();
    expect(flow(bench, bench.spec.input)).toEqual(['pause', 'resume']);
  });

  it('reads no more than 200 records of a retry topic ahead of their time', async () => {
    const bench = new TaskBench();
    bench.handle = (_name, { attempt }) => {
      if (attempt === 1) throw retriable();
      return emit();
    };
    await bench.open({ maxHeld: 1_000, windowRecords: 1_000, deadLetterLimit: { of: 1_000, most: 1_000 } });
    const [tier = ''] = bench.topics.retry;
    bench.broker.journal.length = 0;
    for (let n = 0; n < 210; n++) bench.put(`k${n}`, `u${n}`);
    await settle();
    expect(flow(bench, tier)).toEqual(['resume', 'pause']);
    await bench.pass(2_000);
    expect(flow(bench, tier).slice(0, 3)).toEqual(['resume', 'pause', 'resume']);
    expect(bench.ran.filter((run) => run.endsWith('#2'))).toHaveLength(210);
  });

  it('reads no more of a retry topic ahead than its part of the bytes, but each record, however large', async () => {
    const bench = new TaskBench();
    bench.handle = (_name, { attempt }) => {
      if (attempt === 1) throw retriable();
      return emit();
    };
    // Five retry topics: 20 kB each.
    await bench.open({ windowBytes: 100_000 });
    const [tier = ''] = bench.topics.retry;
    for (const [size, names] of [[10_000, ['a', 'b']], [50_000, ['c']]] as const) {
      bench.broker.journal.length = 0;
      for (const name of names) await bench.send(name, name.repeat(size));
      expect(flow(bench, tier)).toEqual(['resume', 'pause']);
      await bench.pass(2_000);
    }
    expect(bench.ran.filter((run) => run.endsWith('#2')).map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });
});
