import type { OutputRecord } from '@docket/stage';
import type { Kafka, ProducerBatch, ProducerConfig } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RecordWriter } from '../record-writer.js';
import { TopicNames } from '../topic-names.js';

/** Each producer that the writer opens, with what it is given to send. */
interface Opened {
  readonly config: ProducerConfig;
  readonly sent: ProducerBatch[];
  closed: boolean;
}

let opened: Opened[];
/** What the next send waits for or fails with. */
let answers: (() => Promise<void>)[];
let disconnect: () => Promise<void>;
let writer: RecordWriter;

beforeEach(() => {
  [opened, answers] = [[], []];
  disconnect = () => Promise.resolve();
  const producer = (config: ProducerConfig) => {
    const own: Opened = { config, sent: [], closed: false };
    opened.push(own);
    return {
      connect: () => Promise.resolve(),
      sendBatch: async (batch: ProducerBatch) => {
        own.sent.push(batch);
        await answers.shift()?.();
      },
      disconnect: () => {
        own.closed = true;
        return disconnect();
      },
    };
  };
  writer = new RecordWriter({ producer } as unknown as Kafka, new TopicNames());
});
afterEach(() => vi.useRealTimers());

const record = (value: string): OutputRecord => ({ topic: 'out', key: 'k', value: Buffer.from(value), headers: {} });
const values = ({ topicMessages = [] }: ProducerBatch) => topicMessages.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
const sent = () => opened.flatMap((producer) => producer.sent).map(values);

it('pitfall 12: a producer whose send failed for good is discarded with its sequence numbers', async () => {
  answers.push(() => Promise.reject(new Error('gone')));
  const first = writer.write([record('1')]);
  const second = writer.write([record('2')]);
  await expect(first).rejects.toMatchObject({ code: 'DOCKET_PRODUCE', retriable: true });
  await second;
  expect(opened.map(({ closed, sent: batches }) => ({ closed, sent: batches.map(values) }))).toEqual([
    { closed: true, sent: [['1']] },
    { closed: false, sent: [['2']] },
  ]);
  expect(opened.every(({ config }) => config.idempotent === true && config.maxInFlightRequests === 1)).toBe(true);
});

it('pitfall 13: what arrives while a send is under way shares the next one, and nothing waits when idle', async () => {
  let acknowledge = (): void => undefined;
  answers.push(() => new Promise((resolve) => (acknowledge = resolve)));
  const writes = [writer.write([record('0')])];
  await vi.waitUntil(() => sent().length === 1);
  for (let i = 1; i <= 100; i++) writes.push(writer.write([record(String(i))]));
  acknowledge();
  await Promise.all(writes);
  expect(sent()).toEqual([['0'], Array.from({ length: 100 }, (_, i) => String(i + 1))]);
});

it('pitfall 13: closing sends what is waiting, and refuses nothing of it', async () => {
  const writes = Array.from({ length: 10 }, (_, i) => writer.write([record(String(i))]));
  await writer.close();
  await Promise.all(writes);
  expect(sent().flat()).toHaveLength(10);
});

it('pitfall 15: writing makes no topic', async () => {
  await writer.connect();
  expect(opened[0]?.config.allowAutoTopicCreation).toBe(false);
});

it('pitfall 16: a producer that does not disconnect holds up the end by three seconds at most', async () => {
  vi.useFakeTimers();
  disconnect = () => new Promise(() => undefined);
  await writer.connect();
  let closed = false;
  void writer.close().then(() => (closed = true));
  await vi.advanceTimersByTimeAsync(2_999);
  expect(closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toBe(true);
});

it('pitfall 20: a send is cut to 512 KiB, in order', async () => {
  const all = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(5_000)}`);
  await writer.write(all.map(record));
  expect(sent().flat()).toEqual(all);
  expect(sent().length).toBeGreaterThan(2);
  for (const batch of sent()) expect(batch.join('').length).toBeLessThanOrEqual(512 * 1024);
});

it('pitfall 20: many small writes share no send above 512 KiB', async () => {
  await Promise.all(Array.from({ length: 300 }, () => writer.write([record('x'.repeat(5_000))])));
  expect(sent().flat()).toHaveLength(300);
  for (const batch of sent()) expect(batch.join('').length).toBeLessThanOrEqual(512 * 1024);
});
