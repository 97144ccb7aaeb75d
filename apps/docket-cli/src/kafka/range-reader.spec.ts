import { TopicNames, type Kafka } from '@docket/stage-kafka';
import { expect, it } from 'vitest';
import { RangeReader } from './range-reader.js';

interface Event {
  readonly payload: unknown;
}

/** The part of a consumer that the reader uses, moved by hand. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join', END_BATCH_PROCESS: 'end', CRASH: 'crash' };
  readonly calls: string[] = [];
  readonly #listeners = new Map<string, (event: Event) => void>();
  #each: (given: { batch: unknown }) => Promise<void> = () => Promise.resolve();

  on = (name: string, listener: (event: Event) => void) => void this.#listeners.set(name, listener);
  connect = () => Promise.resolve();
  subscribe = () => Promise.resolve();
  disconnect = () => Promise.resolve();
  seek = ({ partition, offset }: { partition: number; offset: string }) => void this.calls.push(`seek ${partition} ${offset}`);
  pause = ([entry]: { partitions: number[] }[]) => void this.calls.push(`pause ${entry?.partitions.join()}`);
  resume = ([entry]: { partitions: number[] }[]) => void this.calls.push(`resume ${entry?.partitions.join()}`);
  run = ({ eachBatch }: { eachBatch: (given: { batch: unknown }) => Promise<void> }) => {
    this.#each = eachBatch;
    return Promise.resolve();
  };

  join(...partitions: number[]): string[] {
    return this.#calledBy(() => this.#emit('join', { memberAssignment: { 'mine.t': partitions } }));
  }

  /** Hands over records at these offsets; the batch ends at `last`, which may be a marker. */
  batch(partition: number, offsets: readonly number[], last = offsets.at(-1)): string[] {
    const messages = offsets.map((offset) => ({ offset: String(offset), timestamp: '0', key: null, value: null, headers: {} }));
    return this.#calledBy(() => {
      if (messages.length > 0) void this.#each({ batch: { partition, messages } });
      this.#emit('end', { partition, lastOffset: String(last) });
    });
  }

  crash(error: Error): void {
    this.#emit('crash', { error });
  }

  #emit(name: string, payload: unknown): void {
    this.#listeners.get(name)?.({ payload });
  }

  #calledBy(act: () => void): string[] {
    this.calls.length = 0;
    act();
    return [...this.calls];
  }
}

async function readerOf(ranges: Record<number, [number, number]>, inTurn = false, apply: (at: string) => void = () => undefined) {
  const consumer = new FakeConsumer();
  const read: string[] = [];
  const reader = new RangeReader({
    kafka: { consumer: () => consumer } as unknown as Kafka,
    names: new TopicNames('mine.'),
    topic: 't',
    ranges: new Map(Object.entries(ranges).map(([partition, [from, upTo]]) => [Number(partition), { from: BigInt(from), upTo: BigInt(upTo) }])),
    inTurn,
    apply: ({ topic, partition, offset }) => {
      apply(`${partition}/${offset}`);
      read.push(`${topic}/${partition}/${offset}`);
    },
  });
  let state = 'reading';
  reader.finished.then(() => (state = 'finished'), (error: unknown) => (state = String(error)));
  await reader.start();
  const stateNow = async () => {
    await Promise.resolve();
    return state;
  };
  return { consumer, read, stateNow };
}

it('begins where each range does, pauses what is not wanted, and ends where each range ends', async () => {
  const { consumer, read, stateNow } = await readerOf({ 0: [5, 8], 2: [0, 1] });
  expect(consumer.join(0, 1, 2)).toEqual(['seek 0 5', 'resume 0', 'pause 1', 'seek 2 0', 'resume 2']);
  // Behind its end another record has come meanwhile.
  expect(consumer.batch(2, [0, 1])).toEqual(['pause 2']);
  expect(consumer.batch(0, [5, 6])).toEqual([]);
  expect(await stateNow()).toBe('reading');
  consumer.batch(0, [7]);
  expect([await stateNow(), read]).toEqual(['finished', ['t/2/0', 't/0/5', 't/0/6', 't/0/7']]);
});

it('ends where only the marker of a transaction is left', async () => {
  const { consumer, read, stateNow } = await readerOf({ 0: [0, 3] });
  consumer.join(0);
  consumer.batch(0, [0]);
  consumer.batch(0, [], 2);
  expect([await stateNow(), read]).toEqual(['finished', ['t/0/0']]);
});

it('goes on where it stood when a join has made it forget, and hands over nothing twice', async () => {
  const { consumer, read, stateNow } = await readerOf({ 0: [0, 4], 1: [0, 1] });
  consumer.join(0, 1);
  consumer.batch(0, [0, 1]);
  consumer.batch(1, [0]);
  expect(consumer.join(0, 1)).toEqual(['seek 0 2', 'resume 0', 'pause 1']);
  consumer.batch(0, [1, 2, 3]);
  expect([await stateNow(), read]).toEqual(['finished', ['t/0/0', 't/0/1', 't/1/0', 't/0/2', 't/0/3']]);
});

it('reads one partition after the other where asked', async () => {
  const { consumer, stateNow } = await readerOf({ 0: [0, 1], 1: [3, 4] }, true);
  expect(consumer.join(1, 0)).toEqual(['pause 1', 'seek 0 0', 'resume 0']);
  expect(consumer.batch(0, [0])).toEqual(['pause 0', 'seek 1 3', 'resume 1']);
  expect(consumer.join(0, 1)).toEqual(['pause 0', 'seek 1 3', 'resume 1']);
  consumer.batch(1, [3]);
  expect(await stateNow()).toBe('finished');
});

it('fails with what the reader of a record throws, and lets nothing through to the client', async () => {
  const { consumer, stateNow } = await readerOf({ 0: [0, 1] }, false, () => {
    throw new Error('cannot be read');
  });
  consumer.join(0);
  consumer.batch(0, [0]);
  expect(await stateNow()).toBe('Error: cannot be read');
});

it('fails where the brokers stop answering', async () => {
  const { consumer, stateNow } = await readerOf({ 0: [0, 1] });
  consumer.crash(new Error('away'));
  expect(await stateNow()).toBe('Error: away');
});
