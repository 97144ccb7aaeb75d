import { beforeEach, describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { passOn, retriable, settle, TaskBench } from './testing/task-bench.js';

/** A unit has its effect once: whoever repeats it, in flight or after a restart, and whatever the repeat says. */
describe('duplicates', () => {
  let bench: TaskBench;
  beforeEach(async () => {
    bench = new TaskBench();
    bench.handle = passOn;
    await bench.open();
  });
  const written = () => bench.records('out').map(({ value }) => String(value));
  const reopen = async () => {
    await bench.task.close();
    await bench.open();
  };

  it('of a unit still in flight are dropped, on the record, and never in outcomes', async () => {
    let release = (): void => undefined;
    bench.handle = (name, context) => new Promise((resolve) => (release = () => resolve(passOn(name, context))));
    await bench.send('a', 'u', 'u');
    expect(bench.told).toEqual(['duplicate u']);
    // The commit of a duplicate does not end the flight of the first.
    await bench.send('a', 'u');
    expect(bench.told).toEqual(['duplicate u', 'duplicate u']);
    release();
    await settle();
    expect({ ran: bench.ran, written: written(), outcomes: bench.outcomes.length, errors: bench.records('errors').length }).toEqual({ ran: ['u#1'], written: ['u'], outcomes: 1, errors: 2 });
  });

  it('are known from the ledger, also after a restart', async () => {
    await bench.send('a', 'u');
    await bench.send('a', 'u');
    await reopen();
    await bench.send('a', 'u');
    expect({ ran: bench.ran, told: bench.told }).toEqual({ ran: ['u#1'], told: ['completed u', 'duplicate u', 'duplicate u'] });
    expect(bench.ledger().size).toBe(1);
  });

  it('are no duplicates once the dedupe window is over', async () => {
    await bench.send('a', 'u');
    await bench.pass(86_400_001);
    await bench.send('a', 'u');
    expect(bench.ran).toEqual(['u#1', 'u#1']);
  });

  it('of a unit on a retry topic are dropped, and its retry goes on', async () => {
    bench.handle = (name, context) => {
      if (context.attempt === 1) throw retriable();
      return passOn(name, context);
    };
    await bench.send('a', 'u');
    await bench.send('a', 'u');
    await bench.pass(1_000);
    expect({ ran: bench.ran, written: written() }).toEqual({ ran: ['u#1', 'u#2'], written: ['u'] });
    expect(bench.told).toContain('duplicate u');
  });

  it('with another payload are a conflict: quarantined once, and the first one stands', async () => {
    await bench.send('a', 'u');
    bench.put('a', 'other', { id: 'u' });
    await settle();
    await reopen();
    expect(bench.told).toEqual(['completed u', 'conflict u']);
    expect(bench.records(bench.topics.dlq)).toMatchObject([{ value: Buffer.from('other') }]);
    expect({ ran: bench.ran, outcomes: bench.outcomes.length }).toEqual({ ran: ['u#1'], outcomes: 1 });
  });

  it('that conflict while the first is in flight do not stop it', async () => {
    let release = (): void => undefined;
    bench.handle = (name, context) => new Promise((resolve) => (release = () => resolve(passOn(name, context))));
    bench.put('a', 'u');
    bench.put('a', 'other', { id: 'u' });
    await settle();
    release();
    await settle();
    expect(bench.told).toEqual(['conflict u', 'completed u']);
  });

  it('by content have an outcome of their own, which names the first', async () => {
    bench = new TaskBench({ spec: { contentDuplicates: true } });
    bench.handle = passOn;
    await bench.open();
    bench.put('a', 'same', { id: 'first' });
    bench.put('a', 'same', { id: 'second' });
    bench.put('b', 'same', { id: 'third', recordKey: 'another subject' });
    await settle();
    expect(bench.ran).toEqual(['same#1', 'same#1']);
    expect(bench.outcomes.map(({ correlationId, state }) => `${correlationId} ${state}`).sort()).toEqual(['first submitted', 'second duplicate', 'third submitted']);
    expect(bench.outcomes.find(({ state }) => state === 'duplicate')?.references?.['duplicateOf']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are told from redelivery: what is delivered again by a crash brings about nothing at all', async () => {
    let release = (): void => undefined;
    bench.handle = (name, context) => (name === 'slow' ? new Promise((resolve) => (release = () => resolve(passOn(name, context)))) : passOn(name, context));
    await bench.send('a', 'slow');
    await bench.send('b', 'fast');
    bench.task.kill();
    bench.handle = passOn;
    await bench.open();
    expect({ ran: bench.ran, told: bench.told, written: written() }).toEqual({
      ran: ['slow#1', 'fast#1', 'slow#1'], told: ['completed fast', 'completed slow'], written: ['fast', 'slow'],
    });
    release();
    await settle();
    expect(written()).toEqual(['fast', 'slow']);
  });

  it('are not looked for by content where a unit fails first and comes again', async () => {
    bench = new TaskBench({ spec: { contentDuplicates: true } });
    bench.handle = (_name, { attempt }) => {
      if (attempt === 1) throw retriable();
      return emit([], { state: 'submitted' });
    };
    await bench.open();
    bench.put('a', 'same', { id: 'first' });
    await bench.pass(0);
    await bench.pass(1_000);
    expect(bench.outcomes.map(({ state }) => state)).toEqual(['submitted']);
  });

  it('passes over records it holds already', async () => {
    bench.port.seek(bench.spec.input, 0n);
    await bench.send('a', 'u');
    bench.port.seek(bench.spec.input, 0n);
    await settle();
    expect(bench.told).toEqual(['completed u']);
  });
});
