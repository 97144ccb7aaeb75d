import type { Cluster } from 'kafkajs';

export interface JoinHookOptions {
  /** Awaited before a join asks for its coordinator. Must not reject. */
  readonly beforeJoin: (info: { readonly first: boolean }) => Promise<void>;
  /** Awaited before the first join after each connect, with a way to the coordinator that is not hooked. Must not reject. */
  readonly beforeFirst: (cluster: Pick<Cluster, 'findGroupCoordinator'>) => Promise<void>;
}

/**
 * kafkajs has no hook before a join. But each join, and on a consumer's cluster nothing else but `describeGroup`, asks
 * `findGroupCoordinator` first, and each life of a consumer, from its start or from a crash, begins with `connect`.
 * Both are wrapped on this one object. Joins that run side by side, which kafkajs can do with several brokers, share
 * one call.
 */
export function hookJoins(cluster: Cluster, { beforeJoin, beforeFirst }: JoinHookOptions): void {
  const { connect, findGroupCoordinator } = cluster as Partial<Cluster>;
  if (connect === undefined || findGroupCoordinator === undefined) {
    throw new Error('kafkajs is not the version that hookJoins was written for');
  }
  const find = findGroupCoordinator.bind(cluster);
  let fresh = true;
  let underWay: Promise<void> | undefined;

  const prepare = async (): Promise<void> => {
    const first = fresh;
    fresh = false;
    await beforeJoin({ first });
    if (first) await beforeFirst({ findGroupCoordinator: find });
  };
  cluster.connect = () => {
    fresh = true;
    return connect.call(cluster);
  };
  cluster.findGroupCoordinator = async (group) => {
    underWay ??= prepare().finally(() => (underWay = undefined));
    await underWay;
    return find(group);
  };
}
