import { expect, it, vi } from 'vitest';
import { Coordinators } from './coordinators.js';
import type { Broker, Cluster } from './producer-cluster.js';
import { KAFKA_ERROR, RefusedError } from './refused-error.js';

function broker(nodeId: number): Broker {
  return { nodeId, versions: {}, connectionPool: { pool: [] } };
}

function coordinators(...nodes: number[]) {
  const findGroupCoordinator = vi.fn<Cluster['findGroupCoordinator']>();
  for (const node of nodes) findGroupCoordinator.mockResolvedValueOnce(broker(node));
  const findBroker = vi.fn<Cluster['findBroker']>(({ nodeId }) => Promise.resolve(broker(nodeId)));
  return { findGroupCoordinator, of: new Coordinators({ findGroupCoordinator, findBroker } as Partial<Cluster> as Cluster) };
}

const refused = (code: number) => () => Promise.reject(new RefusedError('EndTxn', code));
const nodeOf = ({ nodeId }: Broker) => Promise.resolve(nodeId);

it('looks a coordinator up once', async () => {
  const { of, findGroupCoordinator } = coordinators(7, 8);
  for (let i = 0; i < 3; i++) expect(await of.ask('transaction', 'id', 1_000, nodeOf)).toBe(7);
  expect(await of.ask('group', 'id', 1_000, nodeOf)).toBe(8);
  expect(findGroupCoordinator.mock.calls).toEqual([[{ groupId: 'id', coordinatorType: 1 }], [{ groupId: 'id', coordinatorType: 0 }]]);
});

it('looks it up again where another broker is it by now', async () => {
  const { of } = coordinators(7, 8);
  const request = vi.fn(nodeOf).mockImplementationOnce(refused(KAFKA_ERROR.notCoordinator));
  expect(await of.ask('transaction', 'id', 1_000, request)).toBe(8);
});

it('pitfall 22: asks the same again while it ends the last transaction', async () => {
  const { of, findGroupCoordinator } = coordinators(7);
  const request = vi.fn(nodeOf).mockImplementationOnce(refused(KAFKA_ERROR.concurrentTransactions)).mockImplementationOnce(refused(KAFKA_ERROR.concurrentTransactions));
  expect(await of.ask('transaction', 'id', 1_000, request)).toBe(7);
  expect(findGroupCoordinator).toHaveBeenCalledTimes(1);
});

it.each([KAFKA_ERROR.invalidProducerEpoch, KAFKA_ERROR.producerFenced, 53])('gives up at once on error %i, and on a connection that fails', async (code) => {
  const { of } = coordinators(7);
  const request = vi.fn(nodeOf).mockImplementationOnce(refused(code)).mockRejectedValueOnce(new Error('closed'));
  await expect(of.ask('transaction', 'id', 1_000, request)).rejects.toMatchObject({ errorCode: code });
  await expect(of.ask('transaction', 'id', 1_000, request)).rejects.toThrow('closed');
  expect(request).toHaveBeenCalledTimes(2);
});
