import { awaitTopics, TopicTable } from '@docket/stage-kafka';
import type { Runtime } from '@docket/stage-nest';
import { QUOTAS_TOPIC, type QuotaCounts } from './quota-counts.js';

/** Resolves when all counts that stood in the topic are applied; what other instances count is applied from then on. */
export async function followQuotas({ kafka, names, context }: Runtime, counts: QuotaCounts): Promise<TopicTable> {
  const { logger } = context;
  await awaitTopics(kafka, names, [QUOTAS_TOPIC], () => logger.warn('waiting until the topics exist: run `docket topics apply`'));
  const table = new TopicTable(kafka, names, [QUOTAS_TOPIC], ({ key, value, partition, offset }) => {
    if (!counts.apply(key, value)) logger.error('a quota count cannot be read and was passed over', { topic: QUOTAS_TOPIC, partition, offset: String(offset) });
  }, (err) => {
    logger.fatal('the table of quotas stopped following its topic', { err });
    process.exit(1);
  });
  await table.start();
  await table.caughtUp;
  return table;
}
