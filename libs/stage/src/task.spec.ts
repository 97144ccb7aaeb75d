import { DocketError, HEADER } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { passOn, settle, TaskBench } from './testing/task-bench.js';

/** What a task does with each kind of result, and in which order it becomes visible. */
describe('Task', () => {
  let bench: TaskBench;
  beforeEach(() => {
    bench = new TaskBench();
  });

  it('dead-letters a unit whose handler writes what no topic takes, and goes on', async () => {
    bench.handle = (name, context) => {
      if (name !== 'giant') return passOn(name, context);
      return emit([{ topic: 'out', key: 'k', type: 'example.v1', value: Buffer.alloc(1_000_000) }]);
    };
    await bench.open();
    await bench.send('a', 'giant', 'fine');
    expect(bench.records(bench.topics.dlq)).toMatchObject([{ headers: { [HEADER.errorCode]: 'DOCKET_OUTPUT_TOO_LARGE' } }]);
    expect(bench.records('out').map(({ value }) => String(value))).toEqual(['fine']);
  });

  it('stops where a handler says that it cannot go on, whatever error it gives', async () => {
    bench.handle = () => ({ kind: 'critical', error: new Error('no disk') });
    await bench.open();
    await bench.send('a', '1');
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_CRITICAL', kind: 'critical' }]);
  });

  it('handles nothing before its ledger is read and earlier lives are over', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await bench.send('a', '1');
    const task = await bench.open({}, promise);
    expect({ state: task.state, ran: bench.ran }).toEqual({ state: 'opening', ran: [] });
    resolve(undefined);
    await settle();
    expect({ state: task.state, ran: bench.ran }).toEqual({ state: 'running', ran: ['1#1'] });
  });

  it('has the audit acknowledged before it commits, and outputs, ledger and offset at once', async () => {
    bench.handle = passOn;
    await bench.open();
    await bench.send('a', '1');
    bench.broker.journal.length = 0;
    await bench.send('a', '2');
    expect(bench.broker.journal).toEqual(['audit completed', `commit out outcomes ${bench.topics.ledger} ${bench.spec.input}=2`]);
  });

  it('commits nothing while the audit log does not answer', async () => {
    await bench.open();
    const answer = bench.broker.hold('audit');
    await bench.send('a', '1');
    expect(bench.broker.committed.has(bench.spec.input)).toBe(false);
    answer();
    await settle();
    expect(bench.broker.committed.get(bench.spec.input)).toBe(1n);
  });

  it('discards the life whose audit fails', async () => {
    await bench.open();
    bench.broker.fail('audit');
    await bench.send('a', '1');
    expect({ failures: bench.failures.length, state: bench.task.state }).toEqual({ failures: 1, state: 'closed' });
  });

  it('commits together what finished while the last commit was under way', async () => {
    await bench.open();
    await bench.send('a', '1');
    const before = bench.commits.length;
    const answer = bench.broker.hold('commit');
    for (const name of ['2', '3', '4']) await bench.send(name, name);
    answer();
    await settle();
    expect(bench.commits.slice(before)).toEqual([`commit ${bench.topics.ledger} ${bench.spec.input}=2`, `commit ${bench.topics.ledger} ${bench.spec.input}=4`]);
  });

  it('commits what finishes at any moment of a commit under way', async () => {
    for (let turns = 0; turns < 100; turns++) {
      bench = new TaskBench();
      let release = (): void => undefined;
      bench.handle = (name) => (name === '1' ? emit() : new Promise((resolve) => (release = () => resolve(emit()))));
      await bench.open();
      bench.put('a', '1');
      bench.put('b', '2');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      release();
      await settle();
      release();
      await settle();
      expect({ turns, offset: bench.broker.committed.get(bench.spec.input) }).toEqual({ turns, offset: 2n });
    }
  });

  it('commits no further than the first record that is not done, and notes what is done beyond', async () => {
    let release = (): void => undefined;
    bench.handle = (name) => (name === 'slow' ? new Promise((resolve) => (release = () => resolve(emit()))) : emit());
    await bench.open();
    await bench.send('a', 'slow');
    await bench.send('b', 'fast');
    expect({ offset: bench.broker.committed.get(bench.spec.input), known: bench.ledger().size }).toEqual({ offset: 0n, known: 1 });
    release();
    await settle();
    expect({ offset: bench.broker.committed.get(bench.spec.input), known: bench.ledger().size }).toEqual({ offset: 2n, known: 2 });
  });

  it('runs a key in order, and other keys beside it, up to its concurrency', async () => {
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    await bench.open({ concurrency: 3 });
    await bench.send('a', 'a1', 'a2');
    for (const key of ['b', 'c', 'd']) await bench.send(key, key);
    expect(bench.ran).toEqual(['a1#1', 'b#1', 'c#1']);
    release[1]?.();
    await settle();
    release[0]?.();
    await settle();
    expect(bench.ran).toEqual(['a1#1', 'b#1', 'c#1', 'd#1', 'a2#1']);
  });

  it('dead-letters what cannot be read under the identity of its place, at once, and goes on', async () => {
    await bench.open();
    await bench.send('a', 'unreadable', 'fine');
    expect(bench.outcomes).toMatchObject([{ state: 'dead-lettered', code: 'DOCKET_POISON_JSON', attempts: 1 }]);
    expect(bench.outcomes[0]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(bench.records(bench.topics.dlq)).toMatchObject([{ headers: { [HEADER.origin]: `${bench.spec.input}/2/0`, [HEADER.errorCode]: 'DOCKET_POISON_JSON' } }]);
    expect(bench.ran).toEqual(['fine#1']);
  });

  it('keeps the place and the size of a poison record that is too large to be copied', async () => {
    await bench.open({ windowBytes: 10_000_000 });
    await bench.send('a', `unreadable${'x'.repeat(2_000_000)}`);
    expect(bench.records(bench.topics.dlq)).toMatchObject([{ value: null, headers: { [HEADER.origin]: `${bench.spec.input}/2/0`, 'docket-value-omitted': '2000010' } }]);
  });

  it('treats a record with oversized headers as poison', async () => {
    await bench.open();
    bench.task.accept(bench.spec.input, [
      { topic: bench.spec.input, partition: 2, offset: 0n, timestamp: 0, key: 'k', value: Buffer.from('x'), headers: {}, oversized: true },
    ], 1n);
    await settle();
    expect(bench.outcomes).toMatchObject([{ state: 'dead-lettered', code: 'DOCKET_HEADERS_TOO_LARGE' }]);
    expect(bench.ran).toEqual([]);
  });

  it('lets no malformed trace context from outside into audit or outputs', async () => {
    bench.handle = passOn;
    await bench.open();
    bench.put('a', '1', { headers: { traceparent: 'SSN 219-09-9999', tracestate: 'y' } });
    await settle();
    expect(bench.steps[0]?.traceparent).toBe('');
    expect(JSON.stringify(bench.records('out').map(({ headers }) => headers))).not.toContain('219-09');
  });

  it('rejects what breaks a rule, without a dead letter', async () => {
    bench.handle = () => {
      throw new DocketError('DOCKET_RULE_DATA_NONNULL', 'a rule is broken', { kind: 'invalid' });
    };
    await bench.open();
    await bench.send('a', '1');
    expect(bench.told).toEqual(['rejected 1']);
    expect({ dlq: bench.records(bench.topics.dlq), errors: bench.records('errors').length, state: bench.outcomes[0]?.state }).toEqual({ dlq: [], errors: 1, state: 'rejected' });
  });

  it('stops at a critical error: nothing is dead-lettered, nothing committed', async () => {
    bench.handle = () => {
      throw new DocketError('DOCKET_FUNDER_CREDENTIALS', 'key refused', { kind: 'critical' });
    };
    await bench.open();
    const before = bench.commits.length;
    await bench.send('a', '1', '2');
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_FUNDER_CREDENTIALS' }]);
    expect({ commits: bench.commits.length, told: bench.told }).toEqual({ commits: before, told: [] });
  });

  it('starts nothing while the stage is paused, and goes on when it runs again', async () => {
    await bench.open();
    bench.task.setPaused(true);
    await bench.send('a', '1');
    expect(bench.ran).toEqual([]);
    bench.task.setPaused(false);
    await settle();
    expect(bench.ran).toEqual(['1#1']);
  });
});
