import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { KafkaJSGroupCoordinatorNotFound, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs/src/errors.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mendFailedJoin } from './mend-failed-join.js';

/** A join that fails is begun anew, by a restart of the consumer, whatever may pass about its failure. */
const { prototype } = ConsumerGroup;
const original = Object.getOwnPropertyDescriptor(prototype, 'joinAndSync');
const join = vi.fn<() => Promise<void>>();
beforeEach(() => {
  join.mockReset();
  prototype.joinAndSync = join;
  mendFailedJoin();
  mendFailedJoin();
});
afterEach(() => {
  if (original) Object.defineProperty(prototype, 'joinAndSync', original);
});

it('pitfall 30: a coordinator that is loading makes the consumer restart', async () => {
  const loading = Object.assign(new Error('loading'), { retriable: true });
  join.mockRejectedValue(loading);
  await expect(prototype.joinAndSync()).rejects.toBeInstanceOf(KafkaJSNumberOfRetriesExceeded);
});

it('pitfall 31: a coordinator that nobody told makes the consumer restart, also where kafkajs wraps the error again', async () => {
  join.mockRejectedValue(new KafkaJSGroupCoordinatorNotFound('nobody told'));
  const error = await prototype.joinAndSync().then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(KafkaJSNumberOfRetriesExceeded);
  // By the innermost cause kafkajs decides.
  expect(error).toHaveProperty('cause.retriable', true);
});

it('pitfall 30: what is final stays final, and a join that succeeds is one', async () => {
  const final = new KafkaJSNonRetriableError('not authorised');
  join.mockRejectedValueOnce(final).mockResolvedValueOnce();
  await expect(prototype.joinAndSync()).rejects.toBe(final);
  await prototype.joinAndSync();
  expect(join).toHaveBeenCalledTimes(2);
});
