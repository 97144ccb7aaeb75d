/** One worker: runs all three stages until SIGTERM, and tells on standard output what its tasks do. */
import { AuditEmitter } from '@docket/audit';
import { isDocketError, systemClock } from '@docket/contracts';
import { silentObserver, type StageLog } from '@docket/stage';
import { createKafka, RecordWriter, StageConsumer, TopicNames, type Kafka } from '@docket/stage-kafka';
import { monotonicMs } from './monotonic.js';
import { AUDIT, POLICY, STAGES } from './pipeline.js';
import { decodeUnit, stageHandler } from './stage-handler.js';
import { TaskWatch } from './task-watch.js';
import { watchConsumers } from './watched-consumer.js';
import { parseWorkerOptions } from './worker-options.js';
import { statusLine, type WorkerStatus } from './worker-status.js';

const DRAIN_MS = 8_000;
const LOOK_EVERY_MS = 10;

/** Statuses without their time. */
type Told = WorkerStatus extends infer S ? (S extends WorkerStatus ? Omit<S, 'at'> : never) : never;

const { brokers, instance, prefix, sessionMs, seed } = parseWorkerOptions(process.argv[2]);
const tell = (status: Told) => void process.stdout.write(statusLine({ ...status, at: monotonicMs() }));
tell({ kind: 'started' });

const write = (level: string) => (msg: string, fields?: object) => void process.stderr.write(`${new Date().toISOString()} ${level} ${msg} ${described(fields)}\n`);
const log: StageLog = { info: write('info'), warn: write('warn'), error: write('error') };
const names = new TopicNames(prefix);
const client = (clientId: string, endless = false): Kafka => createKafka({ brokers, clientId, log, endless });
const writer = new RecordWriter(client(`${prefix}${instance}-writer`, true), names);
const emitter = new AuditEmitter('executor', 'standard', instance);

const stages = STAGES.map((spec) => {
  let member = '';
  return new StageConsumer({
    client: (clientId) => watchConsumers(client(clientId), {
      topic: names.toCluster(spec.input),
      assigned: (partitions, memberId) => {
        tell({ kind: 'assigned', stage: spec.name, partitions: [...partitions], anew: memberId !== member });
        member = memberId;
      },
      sought: (partition) => tell({ kind: 'opened', stage: spec.name, partition }),
    }),
    names, instance,
    stage: { spec, policy: POLICY, decode: decodeUnit, handle: stageHandler(seed) },
    audit: (steps) => writer.write(steps.map(({ identity, ...step }) => {
      const { correlationId: subject, digest, batchTraceId } = identity;
      const { key, value } = emitter.build({ ...step, subject, digest, batchTraceId }, systemClock.now());
      return { topic: AUDIT, key, partitionKey: subject, value, headers: {} };
    })),
    write: (records) => writer.write(records),
    clock: systemClock,
    log,
    observer: silentObserver,
    sessionTimeoutMs: sessionMs,
    onJoin: () => undefined,
    onCritical: (error) => {
      log.error('critical', { stage: spec.name, err: error });
      tell({ kind: 'critical', stage: spec.name, code: isDocketError(error) ? error.code : error.name, message: error.message });
      end(1);
    },
  });
});

let ending = false;
function end(code: number): void {
  if (ending) return;
  ending = true;
  const exit = () => process.exit(code);
  systemClock.schedule(2 * DRAIN_MS, exit);
  Promise.allSettled(stages.map((stage) => stage.stop(code === 0 ? DRAIN_MS : 0)))
    .then(() => writer.close())
    .then(exit, exit);
}
process.on('SIGTERM', () => end(0));
process.on('unhandledRejection', (error) => {
  log.error('unhandled rejection', { err: error });
  end(1);
});

const watches = stages.map((stage) => new TaskWatch(stage, (ms) => tell({ kind: 'stood', stage: stage.name, ms })));
setInterval(() => {
  for (const watch of watches) watch.look(monotonicMs());
}, LOOK_EVERY_MS);

await writer.connect();
// One after the other would add up their joins.
await Promise.all(stages.map((stage) => stage.start()));

/** Errors with their stacks and causes: these logs are for whoever looks into a run that went wrong. */
function described(fields: object | undefined): string {
  if (!fields) return '';
  return Object.entries(fields).map(([name, value]: [string, unknown]) => `${name}=${value instanceof Error ? withCauses(value) : String(value)}`).join(' ');
}

function withCauses(error: Error): string {
  const text = error.stack ?? error.message;
  return error.cause instanceof Error ? `${text}\ncaused by ${withCauses(error.cause)}` : text;
}
