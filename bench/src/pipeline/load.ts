import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Message, Producer } from 'kafkajs-raw';
import { unitId, unitJson, unitKey } from '../workload/unit.js';

/** Records in a send: below 512 KiB, also where all go to one partition. */
const CHUNK = 400;

const message = (sequence: number, scheduledAt: number, keys?: number): Message => ({
  key: unitKey(keys === undefined ? sequence : sequence % keys), value: unitJson(sequence, scheduledAt), headers: { ce_id: unitId(sequence), ce_source: 'bench' },
});

/** Sends the units `from` to `to` - 1 as fast as they go. */
export async function sendUnits(producer: Pick<Producer, 'send'>, topic: string, from: number, to: number, keys?: number): Promise<void> {
  for (let first = from; first < to; first += CHUNK) {
    const count = Math.min(CHUNK, to - first);
    await producer.send({ topic, messages: Array.from({ length: count }, (_, index) => message(first + index, Date.now(), keys)) });
  }
}

/**
 * Lays units in store and lets all of them loose at once: they are written in one transaction, which readers of
 * committed records see when it commits. Returns that moment, performance.now().
 * @param keys among how many keys they are spread, where not as always
 */
export async function preloadUnits(kafka: Kafka, topic: string, from: number, to: number, keys?: number): Promise<number> {
  const producer = kafka.producer({ transactionalId: `${topic}.preload`, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    await sendUnits(transaction, topic, from, to, keys);
    const at = performance.now();
    await transaction.commit();
    return at;
  } finally {
    await producer.disconnect();
  }
}

/**
 * Open loop: sends the units `from` to `to` - 1 at a fixed rate, whether or not earlier ones have arrived; one that
 * is late goes at once and keeps its due time. Returns when the first was due, performance.now(). Throws what a
 * send failed with.
 */
export async function sendAtRate(producer: Producer, topic: string, from: number, to: number, perSecond: number): Promise<number> {
  const start = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let sequence = from; sequence < to; sequence += 1) {
    const due = start + ((sequence - from) * 1_000) / perSecond;
    for (let wait = due - performance.now(); wait > 0; wait = due - performance.now()) await sleep(wait);
    sends.push(producer.send({ topic, messages: [message(sequence, performance.timeOrigin + due)] }));
  }
  await Promise.all(sends);
  return start;
}
