/**
 * One member of a consumer group, as a process that can be killed: tasks open with a marker in the ledger topic, and
 * tell of the records that they get. It runs the built packages.
 */
import { systemClock } from '@docket/contracts';
import { createKafka, docketAssigner, GROUP_SETTINGS, HeartbeatLease } from '@docket/stage-kafka';
import type { GroupCommand, GroupMemberOptions, GroupMessage } from './group-messages.js';

const { brokers, group, instance, input, ledger, sessionTimeoutMs, marginMs, drainMs } = JSON.parse(process.argv[2] ?? '') as GroupMemberOptions;
const STANDS_STILL_MS = 1_000;

const tell = (message: GroupMessage) => process.send?.(message);
const now = () => Date.now();
const quiet = { info: () => undefined, warn: () => undefined, error: (text: string, fields?: object) => console.error(instance, text, fields) };

tell({ kind: 'started', at: now() });
const kafka = createKafka({ brokers, clientId: instance, log: quiet });
const producer = createKafka({ brokers, clientId: `${instance}-markers`, log: quiet }).producer();

/** Open tasks with their markers. */
const tasks = new Map<number, bigint>();
let assigned: readonly number[] = [];
let memberId = '';
let crashing = false;

const consumer = kafka.consumer({
  groupId: group,
  ...GROUP_SETTINGS,
  sessionTimeout: sessionTimeoutMs,
  partitionAssigners: [
    docketAssigner({
      instance,
      bootAt: now(),
      claims: () => [...tasks].map(([partition, marker]) => ({ partition, marker })),
      beforeJoin: async ({ first }) => {
        const from = now();
        if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));
        tell({ kind: 'drained', first, from, at: now() });
      },
      log: quiet,
    }),
  ],
});
const lease = new HeartbeatLease(consumer, { sessionTimeoutMs, marginMs, clock: systemClock });

consumer.on(consumer.events.REQUEST, ({ payload: { apiName, createdAt } }) => {
  if (apiName === 'JoinGroup') tell({ kind: 'join-sent', at: createdAt });
});
consumer.on(consumer.events.HEARTBEAT, () => tell({ kind: 'lease', sentAt: lease.lastSentAt, until: lease.until(), at: now() }));
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
  assigned = payload.memberAssignment[input] ?? [];
  tell({ kind: 'joined', partitions: assigned, at: now() });
  for (const partition of tasks.keys()) {
    if (payload.memberId === memberId && assigned.includes(partition)) continue;
    tasks.delete(partition);
    tell({ kind: 'closed', partition, at: now() });
  }
  memberId = payload.memberId;
  for (const partition of assigned) if (!tasks.has(partition)) void open(partition, payload.memberId);
});

async function open(partition: number, member: string): Promise<void> {
  const [marker] = await producer.send({ topic: ledger, messages: [{ partition, value: instance }] });
  if (member !== memberId || !assigned.includes(partition)) return;
  tasks.set(partition, BigInt(marker?.baseOffset ?? -1));
  tell({ kind: 'opened', partition, at: now() });
}

let lastTick = now();
setInterval(() => {
  const at = now();
  if (at - lastTick > STANDS_STILL_MS) {
    tell({ kind: 'woke', until: lease.until(), at });
    void lease.sentAfter(at).then(() => tell({ kind: 'alive', at: now() }));
  }
  lastTick = at;
}, 20);

process.on('message', (command: GroupCommand) => {
  if (command === 'crash') crashing = true;
  else void consumer.disconnect().then(() => {
    tell({ kind: 'stopped', at: now() });
    process.exit(0);
  });
});
process.on('disconnect', () => process.exit(1));

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [input, ledger], fromBeginning: true });
await consumer.run({
  eachBatch: ({ batch: { topic, partition } }) => {
    if (crashing) {
      crashing = false;
      // Not tried again, as most would be, and behind it the consumer restarts.
      return Promise.reject(Object.assign(new Error('told to crash', { cause: { retriable: true } }), { retriable: false }));
    }
    if (topic === input && tasks.has(partition)) tell({ kind: 'ran', partition, at: now() });
    return Promise.resolve();
  },
});
