import type { Kafka, RetryOptions } from 'kafkajs';

type MakeCluster = (options: object) => { retry?: RetryOptions };

/**
 * kafkajs 2.2.4 takes the retry setting of transactions (InitProducerId, TxnOffsetCommit) from `cluster.retry`, which
 * nothing sets: they wait 300 ms and doubling, five times, whatever the client's setting says. Each cluster that this
 * client makes from now on gets the client's setting. With endless retries both then try without end, too.
 *
 * The client is mended, not kafkajs's class: a client keeps its setting to itself, and a cluster only what it makes of it.
 */
export function mendClusterRetry(kafka: Kafka): void {
  const makeKey = symbolOf(kafka, 'private:Kafka:createCluster');
  const retryKey = symbolOf(kafka, 'private:Kafka:clusterRetry');
  const inner = kafka as unknown as Record<symbol, unknown>;
  const make = inner[makeKey];
  if (typeof make !== 'function') throw unexpected();
  if (make.name === makeWithRetry.name) return;
  inner[makeKey] = makeWithRetry;

  function makeWithRetry(options: object): ReturnType<MakeCluster> {
    const cluster = (make as MakeCluster)(options);
    if (!('retrier' in cluster) || cluster.retry !== undefined) throw unexpected();
    const retry = inner[retryKey] as RetryOptions | undefined;
    if (retry !== undefined) cluster.retry = retry;
    return cluster;
  }
}

function symbolOf(kafka: Kafka, description: string): symbol {
  const symbol = Object.getOwnPropertySymbols(kafka).find((own) => own.description === description);
  if (symbol === undefined) throw unexpected();
  return symbol;
}

function unexpected(): Error {
  return new Error('kafkajs is not the version that mendClusterRetry was written for');
}
