import { expect, it } from 'vitest';
import { createKafka } from '../kafka-client.js';
import { TopicNames } from '../topic-names.js';
import { TransactionWriter } from './transaction-writer.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function writer(): TransactionWriter {
  const kafka = createKafka({ brokers: ['127.0.0.1:1'], clientId: 'spec', log: quiet });
  return new TransactionWriter({ kafka, names: new TopicNames(), groupId: 'group', transactionalId: 'id', partition: 0, partitionsOf: () => 1 });
}

it('commits nothing before it has fenced, nor once it is closed', async () => {
  const early = writer();
  await expect(early.commit({ records: [], offsets: new Map() })).rejects.toMatchObject({ code: 'DOCKET_COMMIT', message: 'fence() comes first', retriable: true });
  await early.close();
  await expect(early.commit({ records: [], offsets: new Map() })).rejects.toMatchObject({ code: 'DOCKET_COMMIT' });
  await early.close();
});
