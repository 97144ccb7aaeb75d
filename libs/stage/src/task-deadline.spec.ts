import { beforeEach, describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { settle, TaskBench } from './testing/task-bench.js';

/** A handler has a deadline; its key waits until it has settled, and one that never settles ends the process. */
describe('deadline of a handler', () => {
  let bench: TaskBench;
  beforeEach(async () => {
    bench = new TaskBench();
    await bench.open();
  });

  it('aborts it, and tries again only once it has settled', async () => {
    let settleIt = (): void => undefined;
    bench.handle = (_name, { attempt, signal }) => {
      if (attempt > 1) return emit();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => (settleIt = () => reject(signal.reason as Error))));
    };
    await bench.send('a', 'a1', 'a2');
    await bench.pass(1_000);
    expect({ ran: bench.ran, told: bench.told }).toEqual({ ran: ['a1#1'], told: [] });
    settleIt();
    await settle();
    expect(bench.steps).toMatchObject([{ step: 'retried', code: 'DOCKET_HANDLER_DEADLINE' }]);
    await bench.pass(1_000);
    bench.handle = () => emit();
    await bench.pass(1_000);
    expect(bench.ran.slice(0, 3)).toEqual(['a1#1', 'a1#2', 'a2#1']);
  });

  it('leaves other keys alone', async () => {
    bench.handle = (name) => (name === 'hangs' ? new Promise(() => undefined) : emit());
    await bench.send('a', 'hangs');
    await bench.pass(2_000);
    await bench.send('b', 'b1');
    expect(bench.told).toEqual(['completed b1']);
    expect(bench.failures).toEqual([]);
  });

  it('counts what a handler made of it that finished all the same', async () => {
    bench.handle = (_name, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(emit())));
    await bench.send('a', 'a1');
    await bench.pass(1_000);
    expect(bench.told).toEqual(['completed a1']);
  });

  it('each has its own, also of those that start later', async () => {
    const aborted: string[] = [];
    bench.handle = (name, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => {
      aborted.push(name);
      resolve(emit());
    }));
    await bench.send('a', 'first');
    await bench.pass(600);
    await bench.send('b', 'second');
    await bench.pass(400);
    expect(aborted).toEqual(['first']);
    await bench.pass(600);
    expect(aborted).toEqual(['first', 'second']);
  });

  it('is critical where the signal is ignored', async () => {
    bench.handle = () => new Promise(() => undefined);
    await bench.send('a', '1');
    await bench.pass(5_999);
    expect(bench.failures).toEqual([]);
    await bench.pass(1);
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK', kind: 'critical' }]);
  });
});
