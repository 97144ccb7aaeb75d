import { DocketError, HEADER, type OperationCommand, type OperationProgress } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { park } from './handler-result.js';
import { passOn, settle, TaskBench } from './testing/task-bench.js';

const ID = '01900000-0000-7000-8000-000000000001';
const SECOND = '01900000-0000-7000-8000-000000000002';

/** A redrive or release puts the frozen set back once, through any crash, and nothing that is done meanwhile. */
describe('PartitionOperations', () => {
  let bench: TaskBench;
  let healthy: boolean;
  beforeEach(async () => {
    healthy = false;
    bench = new TaskBench();
    bench.handle = (name, context) => {
      if (!healthy) throw new Error('bug');
      return passOn(name, context);
    };
    await bench.open({ maxAttempts: 1, deadLetterLimit: { of: 100, most: 100 } });
  });

  function command(more: Partial<OperationCommand> = {}): OperationCommand {
    return {
      kind: 'redrive', id: ID, stage: bench.spec.name, state: 'requested', partitions: { 2: { from: '0', upTo: '100' } }, causes: [], units: [],
      ratePerSecond: 1_000, planned: 0, by: 'example-operator', at: '2026-01-01T00:00:00.000Z', reason: 'mended', ...more,
    };
  }
  const told = () => bench.records('control.commands').map(({ value }) => JSON.parse(String(value)) as OperationProgress);
  const progress = () => told().at(-1);
  const lastOf = (id: string) => told().filter((one) => one.id === id).at(-1);
  /** Has these units throttled from now on, until the returned function is called. */
  const throttle = (...names: string[]) => {
    const slow = new Set(names);
    const { handle } = bench;
    bench.handle = (name, context) => {
      if (slow.has(name)) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'slow down', { kind: 'throttled', retryAfterMs: 900 });
      return handle(name, context);
    };
    return () => slow.clear();
  };
  const passOften = async (times: number, ms: number) => {
    for (let time = 0; time < times; time++) await bench.pass(ms);
  };
  const written = () => bench.records('out').map(({ value }) => String(value));
  /** Up to the end of the topic, where the last transaction's marker stands. */
  const all = () => ({ 2: { from: '0', upTo: String(bench.broker.bounds([bench.topics.dlq]).get(bench.topics.dlq)?.high) } });
  const dead = async (...names: string[]) => {
    for (const name of names) await bench.send(name, name);
    healthy = true;
  };

  it('put each dead unit back once, at their rate, and say when they are through', async () => {
    await dead('1', '2', '3');
    bench.task.operate(command({ partitions: all(), ratePerSecond: 1 }));
    await settle();
    expect(written()).toEqual(['1']);
    await bench.pass(1_000);
    expect(written()).toEqual(['1', '2']);
    await bench.pass(5_000);
    expect(written()).toEqual(['1', '2', '3']);
    expect(progress()).toMatchObject({ state: 'done', redriven: 3, refused: 0, failedAgain: 0 });
    expect(bench.outcomes.map(({ state }) => state).filter((state) => state === 'submitted')).toHaveLength(3);
  });

  it('pass a put-back unit also where it is delivered before the answer to its commit', async () => {
    await dead('1');
    bench.task.operate(command({ partitions: all() }));
    // The broker in memory delivers at once: the answer comes later, as it can on Kafka.
    await settle();
    expect(written()).toEqual(['1']);
  });

  it('wait for a unit that can be read from the dead letters before its own commit is answered', async () => {
    const answer = bench.broker.hold('answer');
    await bench.send('1', '1');
    expect(bench.records(bench.topics.dlq)).toHaveLength(1);
    healthy = true;
    bench.task.operate(command({ partitions: { 2: { from: '0', upTo: '1' } } }));
    await bench.pass(200);
    answer();
    await settle();
    await bench.pass(1_000);
    expect(written()).toEqual(['1']);
    expect(progress()).toMatchObject({ state: 'done', redriven: 1, refused: 0 });
  });

  it('put nothing back twice, in whatever life', async () => {
    await dead('1', '2');
    const wanted = command({ partitions: all(), ratePerSecond: 1 });
    bench.task.operate(wanted);
    await settle();
    bench.task.kill();
    const known = progress();
    await bench.open({ maxAttempts: 1 });
    if (known) bench.task.operate(known);
    bench.task.operate(wanted);
    await bench.pass(5_000);
    bench.task.operate(command({ id: '01900000-0000-7000-8000-000000000002', partitions: all() }));
    await bench.pass(5_000);
    expect(written()).toEqual(['1', '2']);
    expect(progress()).toMatchObject({ state: 'done', redriven: 0, refused: 2 });
  });

  it('go on where they were, whichever is heard of first: what is wanted, or how far it was', async () => {
    await dead('1', '2');
    const wanted = command({ partitions: all() });
    const stopped: OperationProgress = { kind: 'progress', id: ID, partition: 2, state: 'stopped', redriven: 0, refused: 0, failedAgain: 10, position: '1', at: '' };
    bench.task.kill();
    await bench.open({ maxAttempts: 1 }, Promise.resolve(), (task) => {
      task.operate(wanted);
      task.operate(stopped);
    });
    await bench.pass(5_000);
    expect(written()).toEqual([]);
  });

  it('find the last copy of a unit that died twice', async () => {
    await bench.send('1', '1');
    bench.task.operate(command({ partitions: all() }));
    await bench.pass(5_000);
    expect(bench.records(bench.topics.dlq)).toHaveLength(2);
    healthy = true;
    const unit = bench.records(bench.topics.dlq)[0]?.headers[HEADER.correlationId] ?? '';
    bench.task.operate(command({ id: ID.replace(/1$/, '2'), partitions: all(), units: [unit] }));
    await bench.pass(5_000);
    expect(written()).toEqual(['1']);
  });

  it('end with the last record too, where that is how the set was told', async () => {
    await dead('1', '2');
    const last = bench.records(bench.topics.dlq).at(-1)?.offset ?? 0n;
    bench.task.operate(command({ partitions: { 2: { from: '0', upTo: String(last + 1n) } } }));
    await settle();
    await bench.pass(5_000);
    expect(progress()).toMatchObject({ state: 'done', redriven: 2 });
  });

  it('each read the topic for themselves, also where one ends in the midst of what was fetched for it', async () => {
    await dead('1', '2');
    const wanted = (last: number, unit: string) => command({ id: ID.replace(/1$/, String(last)), partitions: all(), units: [unit] });
    bench.task.operate(wanted(1, '1'));
    await bench.pass(1_000);
    bench.task.operate(wanted(2, '1'));
    bench.task.operate(wanted(3, '2'));
    await bench.pass(1_000);
    expect({ written: written(), progress: progress() }).toMatchObject({ written: ['1', '2'], progress: { state: 'done', redriven: 1 } });
  });

  it('leave alone what lies outside of their set', async () => {
    await dead('1', '2', '3');
    const [, second, third] = bench.records(bench.topics.dlq).map(({ offset }) => offset);
    bench.task.operate(command({ partitions: { 2: { from: String(second), upTo: String(third) } } }));
    await settle();
    await bench.pass(5_000);
    expect({ written: written(), state: progress()?.state }).toEqual({ written: ['2'], state: 'done' });
  });

  it('take only the units that are asked for', async () => {
    await dead('1', '2', '3');
    bench.task.operate(command({ partitions: all(), units: ['2'] }));
    await bench.pass(5_000);
    expect({ written: written(), state: progress()?.state }).toEqual({ written: ['2'], state: 'done' });
  });

  it('stop where what they put back dies again', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `u${n}`);
    await dead(...names);
    healthy = false;
    bench.task.operate(command({ partitions: all(), ratePerSecond: 10 }));
    for (let second = 0; second < 5; second++) await bench.pass(1_000);
    expect(progress()).toMatchObject({ state: 'stopped', failedAgain: 10 });
    expect(progress()?.redriven).toBeLessThan(13);
  });

  it('let the next begin while what they put back is under way, and are done when that has ended', async () => {
    await dead('1', '2');
    const end = throttle('1');
    bench.task.operate(command({ partitions: all(), units: ['1'] }));
    bench.task.operate(command({ id: SECOND, partitions: all(), units: ['2'] }));
    await passOften(3, 1_000);
    expect({ written: written(), first: lastOf(ID)?.state, second: lastOf(SECOND)?.state }).toEqual({ written: ['2'], first: 'running', second: 'done' });
    end();
    await passOften(3, 1_000);
    expect(written()).toEqual(['2', '1']);
    expect(lastOf(ID)).toMatchObject({ state: 'done', redriven: 1, failedAgain: 0 });
  });

  it('stop also where what they put back dies after they are through', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `u${n}`);
    await dead(...names);
    const end = throttle(...names);
    bench.task.operate(command({ partitions: all() }));
    await passOften(60, 2);
    bench.task.operate(command({ id: SECOND, partitions: all(), units: ['none'] }));
    await bench.pass(100);
    expect({ first: lastOf(ID)?.redriven, second: lastOf(SECOND)?.state }).toEqual({ first: 30, second: 'done' });
    healthy = false;
    end();
    await passOften(5, 1_000);
    expect(lastOf(ID)).toMatchObject({ state: 'stopped', redriven: 30, failedAgain: 10 });
  });

  it('are cancelled on request also when they are through, and say no more', async () => {
    await dead('1');
    const end = throttle('1');
    const wanted = command({ partitions: all() });
    bench.task.operate(wanted);
    await passOften(3, 1_000);
    bench.task.operate({ ...wanted, state: 'cancelled' });
    await settle();
    expect(progress()).toMatchObject({ state: 'cancelled', redriven: 1 });
    const before = told().length;
    end();
    await passOften(3, 1_000);
    expect({ written: written(), told: told().length }).toEqual({ written: ['1'], told: before });
  });

  it('hear of what they did once more and do nothing again', async () => {
    await dead('1', '2');
    const wanted = command({ partitions: all() });
    bench.task.operate(wanted);
    await passOften(3, 1_000);
    const said = told();
    expect(said.length).toBeGreaterThan(2);
    // As where the topic is read again from its beginning.
    for (const record of [wanted, ...said]) {
      bench.task.operate(record);
      bench.task.operate(wanted);
      await bench.pass(100);
    }
    expect(told()).toEqual(said);
  });

  it('hear of what they did while it is under way, and go on', async () => {
    await dead('1', '2', '3');
    const wanted = command({ partitions: all(), ratePerSecond: 1 });
    bench.task.operate(wanted);
    await settle();
    await bench.pass(1_000);
    for (const record of [wanted, ...told().slice(0, 1)]) bench.task.operate(record);
    await passOften(3, 1_000);
    expect(written()).toEqual(['1', '2', '3']);
    expect(progress()).toMatchObject({ state: 'done', redriven: 3, refused: 0 });
  });

  it('go on from the furthest of what earlier lives did, and not at all where one had ended', async () => {
    await dead('1', '2');
    const [, second] = bench.records(bench.topics.dlq).map(({ offset }) => String(offset));
    const at = (position = '0', more: Partial<OperationProgress> = {}): OperationProgress => (
      { kind: 'progress', id: ID, partition: 2, state: 'running', redriven: 0, refused: 0, failedAgain: 0, position, at: '', ...more });
    const stopped = [at(second), at(second, { state: 'stopped' }), at('100')].map((known) => ({ ...known, id: SECOND }));
    for (const known of stopped) bench.task.operate(known);
    bench.task.operate(command({ id: SECOND, partitions: all() }));
    bench.task.operate(command({ partitions: all() }));
    // It has begun, and has read nothing yet.
    for (const known of [at(second), at('0')]) bench.task.operate(known);
    await passOften(3, 1_000);
    expect({ written: written(), second: lastOf(SECOND) }).toEqual({ written: ['2'], second: undefined });
  });

  it('hold no more of their topic in memory than 8 MiB', async () => {
    const size = 170_000;
    for (let n = 0; n < 60; n++) bench.put(`k${n}`, 'x'.repeat(size), { id: `u${n}` });
    await settle();
    healthy = true;
    bench.broker.journal.length = 0;
    bench.task.operate(command({ partitions: all() }));
    await passOften(100, 2);
    const flow = bench.broker.journal.filter((line) => line.endsWith(` ${bench.topics.dlq}`) && /^(pause|resume)/.test(line)).map((line) => line.split(' ')[0]);
    expect(flow).toEqual(['resume', 'pause', 'resume', 'pause']);
    expect(progress()).toMatchObject({ state: 'done', redriven: 60 });
  });

  it('are cancelled on request, and the next one has its turn', async () => {
    await dead('1', '2');
    const wanted = command({ partitions: all(), ratePerSecond: 1 });
    bench.task.operate(wanted);
    await settle();
    bench.task.operate({ ...wanted, state: 'cancelled' });
    bench.task.operate(command({ id: '01900000-0000-7000-8000-000000000002', partitions: all() }));
    await bench.pass(5_000);
    expect(written()).toEqual(['1', '2']);
  });

  it('release what is parked, and stand aside where its own time comes later', async () => {
    let spent = true;
    bench.handle = (name, context) => (spent ? park('DOCKET_QUOTA', 'quota spent', 'rate-limit', 'parked', undefined, context.clock.now() + 60_000) : passOn(name, context));
    await bench.send('a', '1');
    spent = false;
    bench.task.operate(command({ kind: 'release', partitions: { 2: { from: '0', upTo: '1' } } }));
    await bench.pass(1_000);
    expect(written()).toEqual(['1']);
    await bench.pass(60_000);
    // The task's own release finds nothing left to do, and is no obstacle to the next.
    healthy = false;
    spent = true;
    await bench.send('b', '2');
    spent = false;
    bench.task.operate(command({ kind: 'release', id: '01900000-0000-7000-8000-000000000002', partitions: { 2: { from: '1', upTo: '100' } } }));
    await bench.pass(1_000);
    expect(written()).toEqual(['1', '2']);
  });

  /** Parks each of these on its first pass until this time. */
  const parked = async (dueAt: number, ...names: string[]) => {
    const { handle } = bench;
    bench.handle = () => park('DOCKET_QUOTA', 'quota spent', 'rate-limit', 'parked', undefined, dueAt);
    for (const name of names) await bench.send(name, name);
    bench.handle = handle;
  };

  it('of the task itself wait neither for each other\'s units nor for those of an operator', async () => {
    await dead('1');
    await parked(bench.clock.now() + 10_000, '2');
    await parked(bench.clock.now() + 20_000, '3');
    throttle('1', '2');
    bench.task.operate(command({ partitions: all() }));
    await passOften(22, 1_000);
    expect(written()).toEqual(['3']);
    expect(bench.ran.filter((run) => run.startsWith('2')).length).toBeGreaterThan(1);
  });

  it('of the task itself put back every unit whose time has come, also where they die', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `u${n}`);
    await parked(bench.clock.now() + 10_000, ...names);
    await bench.pass(10_000);
    await passOften(60, 2);
    expect(bench.records(bench.topics.dlq).map(({ value }) => String(value))).toEqual(names);
  });
});
