import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emit } from './handler-result.js';
import { passOn, retriable, settle, TaskBench } from './testing/task-bench.js';

/** A task's lives: what one leaves unfinished the next does, and of two that think they own a partition one commits. */
describe('lives of a task', () => {
  let bench: TaskBench;
  beforeEach(() => {
    bench = new TaskBench();
    bench.handle = passOn;
  });
  const written = () => bench.records('out').map(({ value }) => String(value));

  it('a new life goes on behind what was committed', async () => {
    await bench.open();
    await bench.send('a', '1');
    bench.task.kill();
    await bench.open();
    await bench.send('a', '2');
    expect({ ran: bench.ran, written: written() }).toEqual({ ran: ['1#1', '2#1'], written: ['1', '2'] });
  });

  it('a retry is taken up by the next life, with its followers in order', async () => {
    bench.handle = (name, context) => {
      if (name === 'a1' && context.attempt === 1) throw retriable();
      return passOn(name, context);
    };
    await bench.open();
    await bench.send('a', 'a1', 'a2', 'a3');
    bench.task.kill();
    await bench.open();
    await bench.send('a', 'a4');
    expect(bench.task.held).toBe(4);
    await bench.pass(1_000);
    await bench.pass(1_000);
    expect(written()).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('a zombie commits nothing, and its life ends', async () => {
    await bench.open();
    const [zombie, port] = [bench.task, bench.port];
    await bench.open();
    expect(port.closed).toBe(false);
    await bench.send('a', '1');
    expect(written()).toEqual(['1']);
    expect({ zombie: zombie.state, failures: bench.failures.length, state: bench.task.state }).toEqual({ zombie: 'closed', failures: 1, state: 'running' });
  });

  it.each(['refused', 'lost'] as const)('a commit that is %s ends the life, and the next one has each unit once', async (how) => {
    await bench.open();
    bench.broker.fail('commit', how);
    await bench.send('a', '1', '2');
    expect({ state: bench.task.state, failures: bench.failures.length }).toEqual({ state: 'closed', failures: 1 });
    await bench.open();
    expect(written()).toEqual(['1', '2']);
    expect(bench.broker.committed.get(bench.spec.input)).toBe(bench.broker.bounds([bench.spec.input]).get(bench.spec.input)?.high);
  });

  it.each(['fence', 'commit', 'bounds'] as const)('an opening whose %s fails is told, and can be repeated', async (call) => {
    bench.broker.fail(call);
    await bench.open();
    expect({ state: bench.task.state, failures: bench.failures.length }).toEqual({ state: 'closed', failures: 1 });
    await bench.open();
    expect(bench.task.state).toBe('running');
  });

  it('closed while it opens, it does nothing more', async () => {
    const answer = bench.broker.hold('fence');
    await bench.open();
    const closed = bench.task.close();
    answer();
    await closed;
    await settle();
    expect({ commits: bench.commits, failures: bench.failures }).toEqual({ commits: [], failures: [] });
  });

  it('suspended, it finishes and commits what runs, and starts nothing more', async () => {
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    await bench.open();
    await bench.send('a', '1', '2');
    let done = false;
    const suspended = bench.task.suspend().then(() => (done = true));
    await settle();
    expect(done).toBe(false);
    release[0]?.();
    await suspended;
    expect({ told: bench.told, offset: bench.broker.committed.get(bench.spec.input), ran: bench.ran.length }).toEqual({ told: ['completed 1'], offset: 1n, ran: 1 });
  });

  it('kept over a join, it starts only when a first commit is acknowledged, at its own positions', async () => {
    const release: (() => void)[] = [];
    bench.handle = (name, context) => new Promise((resolve) => release.push(() => resolve(passOn(name, context))));
    await bench.open();
    await bench.send('a', '1', '2');
    const suspended = bench.task.suspend();
    release[0]?.();
    await suspended;
    const answer = bench.broker.hold('commit');
    bench.port.forgetPositions();
    const seek = vi.spyOn(bench.port, 'seek');
    expect(bench.task.keep()).toBe(true);
    expect(seek.mock.calls).toContainEqual([bench.spec.input, 2n]);
    await settle();
    expect({ state: bench.task.state, ran: bench.ran }).toEqual({ state: 'suspended', ran: ['1#1'] });
    answer();
    await settle();
    expect({ state: bench.task.state, ran: bench.ran }).toEqual({ state: 'running', ran: ['1#1', '2#1'] });
    release[1]?.();
    await bench.send('b', '3');
    release[2]?.();
    await settle();
    expect(written()).toEqual(['1', '2', '3']);
  });

  it('kept though another owned the partition meanwhile, it runs no handler', async () => {
    await bench.open();
    await bench.task.suspend();
    bench.broker.takeOver();
    bench.task.keep();
    await bench.send('a', '1');
    expect({ state: bench.task.state, ran: bench.ran, failures: bench.failures.length }).toEqual({ state: 'closed', ran: [], failures: 1 });
  });

  it('is not kept where it was not open', async () => {
    const answer = bench.broker.hold('fence');
    await bench.open();
    expect(bench.task.keep()).toBe(false);
    answer();
  });

  it('closed, it aborts its handlers and commits nothing of theirs, whatever they make of it', async () => {
    bench.handle = (_name, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(emit())));
    await bench.open();
    const before = bench.commits.length;
    await bench.send('a', '1');
    await bench.task.close();
    await settle();
    expect({ commits: bench.commits.length, told: bench.told, closed: bench.port.closed }).toEqual({ commits: before, told: [], closed: true });
  });

  it('closed, it resolves only when the handlers have settled, and a stuck one is still critical', async () => {
    bench.handle = () => new Promise(() => undefined);
    await bench.open();
    await bench.send('a', '1');
    let closed = false;
    void bench.task.close().then(() => (closed = true));
    await bench.pass(4_999);
    expect({ closed, failures: bench.failures }).toEqual({ closed: false, failures: [] });
    await bench.pass(1);
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK', kind: 'critical' }]);
  });

  it('writes entries that are not final again before their record expires', async () => {
    bench.handle = (name, context) => {
      if (name === 'waits') throw retriable();
      return passOn(name, context);
    };
    await bench.open({ retryDelaysMs: [400_000_000], dedupeWindowMs: 86_400_000 });
    await bench.send('a', 'waits');
    const before = bench.records(bench.topics.ledger).length;
    await bench.pass(43_300_000);
    await bench.send('b', 'done');
    // Retention takes what was written in the first hours; what still counts was carried forward.
    const kept = bench.records(bench.topics.ledger).slice(before);
    bench.task.kill();
    bench.broker.truncate(bench.topics.ledger, kept[0]?.offset ?? 0n);
    await bench.pass(131_000_000);
    await bench.open({ retryDelaysMs: [400_000_000], dedupeWindowMs: 86_400_000 });
    expect({ failures: bench.failures, held: bench.task.held }).toEqual({ failures: [], held: 1 });
  });

  it('proves itself once an hour, so that an idle ledger is never empty', async () => {
    await bench.open();
    const before = bench.records(bench.topics.ledger).length;
    await bench.pass(3_600_000);
    await bench.pass(3_600_000);
    expect(bench.records(bench.topics.ledger).length).toBe(before + 2);
  });
});
