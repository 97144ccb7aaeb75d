import { ownTopics, sha256Hex, systemClock, type StageSpec } from '@docket/contracts';
import { emit, silentObserver, type HandlerResult, type Stage, type StageLog, type StagePolicy, type StepRecord } from '@docket/stage';
import { applyTopics, createKafka, RecordWriter, StageConsumer, TopicNames } from '@docket/stage-kafka';
import type { Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { HOPS, parsePayload, type Hop } from '../workload/hops.js';

const DAY_MS = 86_400_000;

/** As the services have it. */
const POLICY: StagePolicy = {
  concurrency: 16, windowRecords: 2_000, windowBytes: 8 * 1024 * 1024, handlerDeadlineMs: 30_000,
  retryDelaysMs: [2_000, 10_000, 60_000, 600_000, 3_600_000], maxAttempts: 6, maxHeld: 10_000, dedupeWindowMs: 9 * DAY_MS,
  deadLetterLimit: { of: 200, most: 100 }, acceptGaps: false,
};

const log: StageLog = {
  info: () => undefined,
  warn: (msg, fields) => console.error(msg, fields),
  error: (msg, fields) => console.error(msg, fields),
};

/** The three hops as stages of Docket: exactly once, key order, retry topics, ledger; `audit` says what becomes of each step. */
export async function docketStages(
  settings: SubjectSettings, audit: (writer: RecordWriter) => (steps: readonly StepRecord[]) => Promise<void>, hops: readonly Hop[] = HOPS,
): Promise<Close> {
  const { brokers, prefix, partitions } = settings;
  const names = new TopicNames(`${prefix}.`);
  const client = (clientId: string) => createKafka({ brokers, clientId, log });
  const specs = hops.map(specOf);
  const topics = [...specs.flatMap((spec) => Object.values(ownTopics(spec)).flat()), 'outcomes', 'errors', 'control.commands', 'audit.log'];
  await applyTopics(client(`${prefix}.admin`), names, topics.map((name) => ({ name, partitions, key: '', writers: [], readers: [], config: {} })), 1);
  const writer = new RecordWriter(createKafka({ brokers, clientId: `${prefix}.writer`, log, endless: true }), names);
  await writer.connect();
  const running = specs.map((spec, index) => new StageConsumer({
    client, names, log,
    instance: 'bench',
    stage: stageOf(spec, hops[index] as Hop),
    audit: audit(writer),
    write: (records) => writer.write(records),
    clock: systemClock,
    observer: silentObserver,
    onJoin: () => undefined,
    onCritical: (error) => {
      console.error(error);
      process.exit(1);
    },
  }));
  await Promise.all(running.map((stage) => stage.start()));
  return async () => {
    await Promise.all(running.map((stage) => stage.stop(5_000)));
    await writer.close();
  };
}

function specOf(hop: Hop): StageSpec {
  return {
    name: hop.name, component: 'validator', lane: 'standard', input: hop.from, outputs: [hop.to], orderBy: 'key', dedupe: 'unit',
    contentDuplicates: false, callsOutside: false, path: [hop.name],
  };
}

function stageOf(spec: StageSpec, hop: Hop): Stage {
  return {
    spec,
    policy: POLICY,
    decode: (record) => {
      const payload = parsePayload(record.value);
      const { ce_id: id = '', 'docket-correlation-id': correlationId = id, 'docket-batch-trace-id': batchTraceId = id } = record.headers;
      const digest = record.headers['docket-digest'] ?? sha256Hex(record.value ?? '');
      return { identity: { correlationId, batchTraceId, digest }, data: payload };
    },
    handle: async (payload, { record }): Promise<HandlerResult> => {
      const value = Buffer.from(JSON.stringify(await hop.apply(payload as object)));
      return emit([{ topic: hop.to, key: record.key ?? '', type: `bench.${hop.name}.v1`, value }]);
    },
  };
}
