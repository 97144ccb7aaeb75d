import { ManualClock } from '@docket/contracts';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { beforeEach, expect, it } from 'vitest';
import { HeartbeatLease } from './heartbeat-lease.js';

/** A real consumer's names of events, with listeners that are called by hand. */
class Events {
  readonly consumer: Consumer;
  readonly #listeners = new Map<string, (event: { payload: object }) => void>();

  constructor() {
    const { events } = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }).consumer({ groupId: 'g' });
    this.consumer = { events, on: (name: string, listener: (event: { payload: object }) => void) => this.#listeners.set(name, listener) } as unknown as Consumer;
  }

  emit(name: keyof Consumer['events'], payload: object = {}): void {
    this.#listeners.get(this.consumer.events[name])?.({ payload });
  }
}

let clock: ManualClock;
let events: Events;
let lease: HeartbeatLease;
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  events = new Events();
  lease = new HeartbeatLease(events.consumer, { sessionTimeoutMs: 10_000, marginMs: 1_000, clock });
});

/** A request that was made `ago` ms ago is answered; `sentAt` is later, as after a freeze. */
function answered(apiName: string, ago: number, success?: 'HEARTBEAT' | 'GROUP_JOIN'): void {
  events.emit('REQUEST', { apiName, createdAt: clock.now() - ago, sentAt: clock.now() });
  if (success) events.emit(success);
}

function settled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

it('pitfall 4: runs from when the last acknowledged heartbeat was sent, not answered', () => {
  expect(lease.until()).toBe(0);
  answered('Heartbeat', 4_000, 'HEARTBEAT');
  expect(lease.lastSentAt).toBe(996_000);
  expect(lease.until()).toBe(1_005_000);
});

it('a heartbeat that was refused, and other requests, count for nothing', () => {
  answered('Heartbeat', 3_000, 'HEARTBEAT');
  answered('Heartbeat', 0);
  answered('Fetch', 0);
  answered('JoinGroup', 0);
  expect(lease.lastSentAt).toBe(997_000);
});

it('a join counts from its SyncGroup', () => {
  answered('JoinGroup', 5_000);
  answered('SyncGroup', 200, 'GROUP_JOIN');
  expect(lease.lastSentAt).toBe(999_800);
});

it('ends when the consumer stops, and while the clock is behind its beginning', () => {
  answered('Heartbeat', 0, 'HEARTBEAT');
  const behind = new ManualClock(1);
  const setBack = new HeartbeatLease(events.consumer, { sessionTimeoutMs: 10_000, marginMs: 1_000, clock: behind });
  answered('Heartbeat', 0, 'HEARTBEAT');
  expect(setBack.lastSentAt).toBe(1_000_000);
  expect(setBack.until()).toBe(0);
  events.emit('STOP');
  expect(setBack.lastSentAt).toBe(0);
});

it('pitfall 26: sentAfter waits for a heartbeat that was sent later', async () => {
  answered('Heartbeat', 0, 'HEARTBEAT');
  const waiting = lease.sentAfter(clock.now());
  expect(await settled(waiting)).toBe(false);
  // Answered late: it was sent before.
  clock.advance(5_000);
  answered('Heartbeat', 5_000, 'HEARTBEAT');
  expect(await settled(waiting)).toBe(false);
  answered('Heartbeat', 4_999, 'HEARTBEAT');
  expect(await settled(waiting)).toBe(true);
  expect(await settled(lease.sentAfter(clock.now() - 5_000))).toBe(true);
});

it('sentAfter is answered by a join, too, unless that was under way', async () => {
  const waiting = lease.sentAfter(clock.now());
  clock.advance(100);
  answered('SyncGroup', 100, 'GROUP_JOIN');
  expect(await settled(waiting)).toBe(false);
  answered('SyncGroup', 50, 'GROUP_JOIN');
  expect(await settled(waiting)).toBe(true);
});

it('pitfall 26: sentAfter is answered by the second acknowledgement at the latest, also where the clock was set back', async () => {
  answered('Heartbeat', 0, 'HEARTBEAT');
  const waiting = lease.sentAfter(clock.now());
  // An hour back, for as long as this waits.
  const hour = 3_600_000;
  answered('Heartbeat', hour);
  expect(await settled(waiting)).toBe(false);
  // It may have been under way.
  answered('Heartbeat', hour, 'HEARTBEAT');
  expect(await settled(waiting)).toBe(false);
  answered('Heartbeat', hour - 3_000, 'HEARTBEAT');
  expect(await settled(waiting)).toBe(true);
});

it('each that waits counts acknowledgements from its own call on', async () => {
  answered('Heartbeat', 0, 'HEARTBEAT');
  const first = lease.sentAfter(clock.now());
  answered('Heartbeat', 2_000, 'HEARTBEAT');
  const second = lease.sentAfter(clock.now());
  answered('Heartbeat', 1_000, 'HEARTBEAT');
  expect([await settled(first), await settled(second)]).toEqual([true, false]);
  answered('Heartbeat', 500, 'HEARTBEAT');
  expect(await settled(second)).toBe(true);
});
