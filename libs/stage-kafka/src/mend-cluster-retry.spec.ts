import { Kafka, logLevel, type RetryOptions } from 'kafkajs';
import createEosManager from 'kafkajs/src/producer/eosManager/index.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mendClusterRetry } from './mend-cluster-retry.js';

/** The retry setting never reaches transactions: `cluster.retry` is unset. */
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Cluster = Parameters<typeof createEosManager>[0]['cluster'];

function clusterOf(kafka: Kafka): Cluster {
  const make = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster');
  if (make === undefined) throw new Error('no maker of clusters');
  return (kafka as unknown as Record<symbol, (options: object) => Cluster>)[make]?.({}) as Cluster;
}

function client(retry?: RetryOptions): Kafka {
  return new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, ...(retry === undefined ? {} : { retry }) });
}

/** When InitProducerId is tried on a coordinator that always says that the last transaction is still being completed. */
async function tries(kafka: Kafka): Promise<number[]> {
  const cluster = clusterOf(kafka);
  const start = Date.now();
  const at: number[] = [];
  cluster.refreshMetadataIfNecessary = () => Promise.resolve();
  cluster.findGroupCoordinator = () => Promise.resolve({
    initProducerId: () => {
      at.push(Date.now() - start);
      return Promise.reject(Object.assign(new Error('busy'), { type: 'CONCURRENT_TRANSACTIONS', retriable: true }));
    },
  });
  const logger = { debug: () => undefined };
  const fails = expect(createEosManager({ cluster, logger, transactional: true, transactionalId: 'id' }).initProducerId()).rejects.toThrow('busy');
  await vi.runAllTimersAsync();
  await fails;
  return at;
}

it('pitfall 23: tries again as the client is set to', async () => {
  const kafka = client({ initialRetryTime: 10, factor: 0, multiplier: 1, retries: 3, maxRetryTime: 10 });
  mendClusterRetry(kafka);
  mendClusterRetry(kafka);
  expect(await tries(kafka)).toEqual([0, 10, 20, 30]);
});

it('pitfall 23: without the mend, or without a setting, tries by default', async () => {
  const unmended = await tries(client({ initialRetryTime: 10, retries: 3 }));
  const unset = client();
  mendClusterRetry(unset);
  expect(unmended.length).toBeGreaterThan(4);
  expect(await tries(unset)).toHaveLength(unmended.length);
});

it('pitfall 28: refuses another version', () => {
  expect(() => mendClusterRetry({} as Kafka)).toThrow('kafkajs is not the version');
});
