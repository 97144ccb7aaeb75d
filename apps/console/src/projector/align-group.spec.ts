import type { Clock } from '@docket/contracts';
import { TopicNames } from '@docket/stage-kafka';
import { describe, expect, it } from 'vitest';
import type { Database } from '../database/database.port.js';
import { kafkaWith } from '../testing/fake-reader.js';
import { KeptLog } from '../testing/kept-log.js';
import { alignGroup } from './align-group.js';

/** Waits pass as soon as nothing else is to be done, and the time with them. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    schedule: (ms, fn) => {
      const waiting = setImmediate(() => {
        now += ms;
        fn();
      });
      return () => clearImmediate(waiting);
    },
  };
}

interface Situation {
  readonly committed: bigint;
  readonly next: bigint | undefined;
  /** Of partition 0, an offset a character: `r` a record, `-` a transaction's marker. */
  readonly holds?: string;
  /** Calls of each kind that fail before one succeeds. */
  readonly failingReads?: number;
  readonly failingDeletes?: number;
  /** The database catches up after this many looks. */
  readonly catchesUpAfter?: number;
}

function situation({ committed, next, holds = 'rrrrrrr', failingReads = 0, failingDeletes = 0, catchesUpAfter = Infinity }: Situation) {
  const deleted: string[] = [];
  let reads = 0;
  let deletes = 0;
  let looks = 0;
  const admin = {
    fetchOffsets: () =>
      reads++ < failingReads
        ? Promise.reject(new Error('not the coordinator'))
        : Promise.resolve([{ topic: 'x.outcomes', partitions: [{ partition: 0, offset: String(committed) }, { partition: 1, offset: '-1' }] }]),
    deleteGroups: (groups: string[]) => (deletes++ < failingDeletes ? Promise.reject(new Error('not empty')) : Promise.resolve(deleted.push(...groups))),
  };
  const db: Pick<Database, 'query'> = {
    query: () => {
      const at = looks++ >= catchesUpAfter ? committed : next;
      return Promise.resolve(at === undefined ? [] : [{ topic: 'outcomes', part: 0, next: String(at) }]);
    },
  };
  const group = { kafka: kafkaWith({ 'x.outcomes': [holds, ''] }, { admin }), names: new TopicNames('x.'), group: 'console', topics: ['outcomes'] };
  return { deleted, align: () => alignGroup(db as Database, group, hastyClock(), new KeptLog()) };
}

describe('the group follows the database', () => {
  it.each([
    ['at one', 7n, 7n], ['behind it, as after a crash', 5n, 7n], ['without offsets', -1n, undefined], ['at the start', 0n, undefined],
  ])('is left as it is where it is %s', async (_, committed, next) => {
    const { deleted, align } = situation({ committed, next });
    await align();
    expect(deleted).toEqual([]);
  });

  it.each([
    ['markers of transactions', 5n, 'rrrrr--'],
    ['markers alone, where nothing was ever read', undefined, '-------'],
    ['what the broker does not have any more', 5n, 'rrrr'],
  ])('is left as it is where it has passed only %s', async (_, next, holds) => {
    const { deleted, align } = situation({ committed: 7n, next, holds });
    await align();
    expect(deleted).toEqual([]);
  });

  it('starts anew where a record stands among the markers that it has passed', async () => {
    const { deleted, align } = situation({ committed: 7n, next: 3n, holds: 'rrr--r-' });
    await align();
    expect(deleted).toEqual(['x.docket-console']);
  });

  it.each([['an empty database', undefined], ['one from a backup', 3n]])('starts anew where it is ahead of %s', async (_, next) => {
    const { deleted, align } = situation({ committed: 7n, next, failingReads: 2, failingDeletes: 10 });
    await align();
    expect(deleted).toEqual(['x.docket-console']);
  });

  it('is left alone where a console beside this one brought the database on', async () => {
    const { deleted, align } = situation({ committed: 7n, next: undefined, failingDeletes: Infinity, catchesUpAfter: 3 });
    await align();
    expect(deleted).toEqual([]);
  });

  it('refuses to start where others stay in the group, or Kafka does not answer', async () => {
    await expect(situation({ committed: 7n, next: 0n, failingDeletes: Infinity }).align()).rejects.toMatchObject({ code: 'DOCKET_GROUP_IN_USE' });
    await expect(situation({ committed: 7n, next: 0n, failingReads: Infinity }).align()).rejects.toMatchObject({ code: 'DOCKET_GROUP' });
  });
});
