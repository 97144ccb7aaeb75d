import { AuditEmitter } from '@docket/audit';
import { laneTopic, type Component } from '@docket/contracts';
import type { BaseSettings, ServiceContext } from '@docket/observability';
import type { StepRecord } from '@docket/stage';
import { createKafka, RecordWriter, TopicNames, type Kafka } from '@docket/stage-kafka';

/** Settings of a service that talks to Kafka; see serviceSettings and kafkaSettings of @docket/config. */
export interface StageSettings extends BaseSettings {
  readonly kafkaBrokers: readonly string[];
  readonly prefix: string;
  /** See stageSettings; absent in services without stages. */
  readonly retryDelays?: readonly number[];
  readonly acceptGaps?: boolean;
}

/** A service's hold on Kafka: clients, names, one writer, and the audit log. */
export interface Runtime<S extends StageSettings = StageSettings> {
  readonly component: Component;
  readonly context: ServiceContext<S>;
  readonly names: TopicNames;
  /** For readers and administration. */
  readonly kafka: Kafka;
  /** A further client, with this id. */
  client(clientId: string): Kafka;
  readonly writer: RecordWriter;
  /** Appends steps to the audit log; resolves when the broker has acknowledged them. */
  audit(steps: readonly StepRecord[]): Promise<void>;
}

export async function openRuntime<S extends StageSettings>(component: Component, context: ServiceContext<S>): Promise<Runtime<S>> {
  const { settings, logger: log, metrics, clock } = context;
  const names = new TopicNames(settings.prefix);
  const client = (role: string, endless: boolean) =>
    createKafka({ brokers: settings.kafkaBrokers, clientId: `${names.group(component)}-${settings.instance}-${role}`, log, endless });
  const writer = new RecordWriter(client('producer', true), names);
  await writer.connect();
  const emitter = new AuditEmitter(component, settings.lane, settings.instance);
  const topic = laneTopic(settings.lane, 'audit.log');

  return {
    component,
    context,
    names,
    kafka: client('consumer', false),
    client: (clientId) => createKafka({ brokers: settings.kafkaBrokers, clientId, log }),
    writer,
    audit: async (steps) => {
      const startedAt = clock.now();
      const records = steps.map(({ identity, ...step }) => {
        const { correlationId: subject, digest, batchTraceId } = identity;
        const { key, value } = emitter.build({ ...step, subject, digest, batchTraceId }, clock.now());
        return { topic, key, partitionKey: subject, value, headers: { 'content-type': 'application/cloudevents+json' } };
      });
      try {
        await writer.write(records);
        metrics.increment('audit_events_total', { outcome: 'acked' }, records.length);
        metrics.observe('audit_emit_duration_seconds', (clock.now() - startedAt) / 1000);
      } catch (error) {
        metrics.increment('audit_events_total', { outcome: 'failed' }, records.length);
        throw error;
      }
    },
  };
}
