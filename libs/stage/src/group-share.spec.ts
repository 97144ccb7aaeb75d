import { DocketError } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { passOn, retriable, settle, TaskBench } from './testing/task-bench.js';

/** What one group of keys, such as a funder that is down, may take of a task: the rest is for others. */
describe('share of a group', () => {
  let bench: TaskBench;
  beforeEach(() => {
    bench = new TaskBench({ stage: { groupOf: ({ key }) => key ?? '' } });
  });

  /** Units of one group, each a key of its own. */
  async function send(group: string, ...names: string[]): Promise<void> {
    for (const name of names) bench.put(name, name, { recordKey: group });
    await settle();
  }
  const units = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  const written = () => bench.records('out').map(({ value }) => String(value));
  const onTier = (tier: number) => bench.records(bench.topics.retry[tier - 1] ?? '').map(({ value }) => String(value));
  const flow = () => bench.broker.journal.filter((line) => line === `pause ${bench.spec.input}` || line === `resume ${bench.spec.input}`).map((line) => line.split(' ')[0]);

  /** Units of `away…` fail while it is away. */
  async function openAway(policy: Parameters<TaskBench['open']>[0]): Promise<{ isAway: boolean }> {
    const state = { isAway: true };
    bench.handle = (name, context) => {
      if (state.isAway && name.startsWith('away')) throw retriable();
      return passOn(name, context);
    };
    await bench.open({ maxAttempts: 1_000, windowRecords: 1_000, ...policy });
    bench.broker.journal.length = 0;
    return state;
  }

  it('one group alone never pauses the input, however much of it is held, and all of it comes out', async () => {
    const state = await openAway({ maxHeld: 4 });
    const away = units('away', 20);
    await send('funder', ...away);
    expect(bench.task.held).toBe(20);
    await send('other', 'x');
    expect({ written: written(), flow: flow() }).toEqual({ written: ['x'], flow: [] });
    state.isAway = false;
    await bench.pass(1_000);
    expect(written().toSorted()).toEqual([...away, 'x'].toSorted());
  });

  it('two groups that have their shares pause it together, until one has half of that', async () => {
    await openAway({ maxHeld: 4 });
    await send('one', 'away1', 'away2', 'away3');
    await send('two', 'away4');
    expect(flow()).toEqual([]);
    await send('two', 'away5');
    expect(flow()).toEqual(['pause']);
    // Of the second group none fails again.
    bench.handle = (name, context) => {
      if (name < 'away4') throw retriable();
      return passOn(name, context);
    };
    await bench.pass(1_000);
    expect({ held: bench.task.held, flow: flow() }).toEqual({ held: 3, flow: ['pause', 'resume'] });
  });

  it('a group pauses the input at ten times the bound: memory has its limit', async () => {
    await openAway({ maxHeld: 4 });
    await send('funder', ...units('away', 39));
    expect(flow()).toEqual([]);
    await send('funder', 'away39');
    expect(flow()).toEqual(['pause']);
  });

  it('has half of the bytes of the window, as of its records', async () => {
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    await bench.open({ windowBytes: 20_000, concurrency: 1 });
    bench.broker.journal.length = 0;
    const [first, second] = ['1'.repeat(10_000), '2'.repeat(1_000)];
    await send('funder', first, second);
    expect(onTier(1)).toEqual([second]);
    await send('other', 'x');
    expect({ tier: onTier(1).length, flow: flow() }).toEqual({ tier: 1, flow: [] });
    release[0]?.();
    await settle();
    release[1]?.();
    await bench.pass(1_000);
    expect(bench.ran).toEqual([`${first}#1`, 'x#1', `${second}#1`]);
  });

  it('a lone record that is larger than its share is handled all the same', async () => {
    await bench.open({ windowBytes: 4_000 });
    await send('funder', 'x'.repeat(3_000));
    expect({ ran: bench.ran.length, tier: onTier(1) }).toEqual({ ran: 1, tier: [] });
  });

  it.each([8, 1_000])('due retries of a group that is closed leave the tier to others, and no try is used up, with a window of %i', async (windowRecords) => {
    let throttledFor = 0;
    bench.handle = (name, context) => {
      const isAway = name.startsWith('away');
      if (isAway && throttledFor > 0) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'slow down', { kind: 'throttled', retryAfterMs: throttledFor });
      if (context.attempt === 1) throw retriable();
      return passOn(name, context);
    };
    await bench.open({ concurrency: 1, windowRecords, maxHeld: 1_000, handlerDeadlineMs: 100_000 });
    const away = units('away', 300);
    for (const name of away) await send('funder', name);
    await send('other', 'other');
    // More than is read ahead lies before it on the same tier, and is due with it.
    throttledFor = 20_000;
    for (let second = 0; second < 5; second++) await bench.pass(1_000);
    expect(written()).toEqual(['other']);
    throttledFor = 0;
    for (let lap = 0; lap < 80; lap++) await bench.pass(30_000);
    expect(written().toSorted()).toEqual([...away, 'other'].toSorted());
    expect(bench.outcomes.map(({ attempts }) => attempts)).toEqual(Array(301).fill(2));
  });
});
