import { controlKey, HEADER, type StageCommand } from '@docket/contracts';
import { createKafka, RecordWriter, TopicNames } from '@docket/stage-kafka';

const nothing = () => undefined;

/** Tells the stage that reads what the front door wrote to rest, as an operator would. */
export async function pauseIntakeStage(brokers: readonly string[], prefix: string): Promise<void> {
  const writer = new RecordWriter(createKafka({ brokers, clientId: 'bench-operator', log: { info: nothing, warn: nothing, error: nothing }, endless: true }), new TopicNames(prefix));
  await writer.connect();
  const command: StageCommand = { kind: 'stage', stage: 'intake.grants.http', state: 'paused', by: 'bench', at: new Date().toISOString(), reason: 'the front door alone is measured' };
  await writer.write([{ topic: 'control.commands', key: controlKey(command), value: Buffer.from(JSON.stringify(command)), headers: { [HEADER.contentType]: 'application/json' } }]);
  await writer.close();
}
