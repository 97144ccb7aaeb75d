import { laneTopic, stagesOf, type Lane, type UnitKind } from '@docket/contracts';
import { awaitTopics, TopicTable } from '@docket/stage-kafka';
import type { Runtime, StageBinding } from '@docket/stage-nest';
import type { Settings } from '../settings.js';
import { AdmissionControl, type Pipeline } from './admission-control.js';
import { AuditWatch } from './audit-watch.js';
import { LagSignal, stagesBehind } from './lag-signal.js';

/** Bytes that may wait for the broker: the producer's queue is full there. */
const PRODUCER_BYTES = 16 * 1024 * 1024;

export interface OpenAdmission {
  readonly control: AdmissionControl;
  /** The runtime with its audit log watched. */
  readonly runtime: Runtime<Settings>;
  /** For the stage of an inbound topic: its records wait as requests are refused. */
  gate(kind: UnitKind): Pick<StageBinding, 'gate' | 'gateReason'>;
  stop(): Promise<void>;
}

/** Admission of this process's lane, told by `control.lag` how far the stages behind it are. */
export async function openAdmission(opened: Runtime<Settings>): Promise<OpenAdmission> {
  const { kafka, names, writer, context } = opened;
  const { settings, logger: log, clock, metrics } = context;
  const audit = new AuditWatch(clock);
  const lag = new LagSignal((stage) => names.group(stage));
  const topic = laneTopic(settings.lane, 'control.lag');
  await awaitTopics(kafka, names, [topic], () => log.warn('waiting until the topics exist: run `docket topics apply`'));
  const table = new TopicTable(kafka, names, [topic], (record) => {
    if (!lag.apply(record)) log.error('a lag record cannot be read and was passed over', { topic, partition: record.partition, offset: String(record.offset) });
  }, (err) => {
    log.fatal('admission stopped following the lag of the stages', { err });
    process.exit(1);
  });
  await table.start();
  await table.caughtUp;
  const control = new AdmissionControl({
    pipelines: pipelines(settings), lag, audit, clock, metrics, log,
    producerFill: () => writer.pendingBytes / PRODUCER_BYTES,
  });
  control.start();
  return {
    control,
    runtime: { ...opened, audit: audit.watch((steps) => opened.audit(steps)) },
    gate: (kind) => ({ gate: () => control.gate(kind), gateReason: 'backpressure' }),
    stop: async () => {
      control.stop();
      await table.stop();
    },
  };
}

function pipelines(settings: Settings): Pipeline[] {
  const { grantsTargetSeconds, grantsCeiling, grantsCapacity, recordsTargetSeconds, recordsCeiling, recordsCapacity } = settings;
  const stages = (kind: UnitKind) => stagesBehind(kind, settings.lane, stagesOf([settings.lane satisfies Lane]));
  const grants: Pipeline = { kind: 'grant', targetSeconds: grantsTargetSeconds, ceiling: grantsCeiling, capacity: grantsCapacity, stages: stages('grant') };
  const records: Pipeline = { kind: 'record', targetSeconds: recordsTargetSeconds, ceiling: recordsCeiling, capacity: recordsCapacity, stages: stages('record') };
  return settings.lane === 'standard' ? [grants, records] : [records];
}
