import type * as KafkaJs from 'kafkajs';
import { beforeEach, expect, it, vi } from 'vitest';
import { createKafka } from '../kafka-client.js';

const configs = vi.hoisted((): KafkaJs.KafkaConfig[] => []);
vi.mock('kafkajs', async (original) => {
  const whole = await original<typeof KafkaJs>();
  class Kafka extends whole.Kafka {
    constructor(config: KafkaJs.KafkaConfig) {
      super(config);
      configs.push(config);
    }
  }
  return { ...whole, Kafka };
});

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const configOf = (more: { endless?: boolean } = {}) => {
  createKafka({ brokers: ['127.0.0.1:1'], clientId: 'spec', log, ...more });
  return configs.at(-1);
};
beforeEach(() => void (configs.length = 0));

it('pitfall 12: the client of a RecordWriter tries again without end, others give up', () => {
  expect(configOf({ endless: true })?.retry?.retries).toBe(Number.MAX_SAFE_INTEGER);
  expect(configOf()?.retry?.retries).toBeLessThan(100);
});

it('pitfall 17: a connection has five seconds to stand', () => {
  expect(configOf()?.connectionTimeout).toBe(5_000);
});
