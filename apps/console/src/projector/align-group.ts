import { DocketError, type Clock } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import type { Kafka, TopicNames } from '@docket/stage-kafka';
import type { Database } from '../database/database.port.js';
import { anyRecordIn, type Gap } from './gap-probe.js';
import { readSources, sourceKey } from './source.js';

/** Longer than a member that was killed stays in the group, and than a new broker takes to make its groups topic. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 1_000;

export interface Group {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  /** Without `docket-`. */
  readonly group: string;
  readonly topics: readonly string[];
}

type Admin = ReturnType<Kafka['admin']>;

/**
 * The database decides how far the console has read, Kafka's group only follows. Where the group has passed records that
 * the database lacks (it is empty, or from a backup) its offsets are deleted, and all is read again from the earliest
 * record; what the database has already is passed over. Throws DOCKET_GROUP (critical) where neither can be asked, and
 * DOCKET_GROUP_IN_USE (critical) where another console, with a database of its own, reads as this group.
 */
export async function alignGroup(db: Database, { kafka, names, group, topics }: Group, clock: Clock, log: Logger): Promise<void> {
  const groupId = names.group(group);
  const admin = kafka.admin();
  await admin.connect();
  const seen = { ahead: false };
  const align = async () => {
    // Before the database: a console beside this one commits to the database first.
    const committed = await committedOffsets(admin, groupId, topics, names);
    const next = await readSources(db);
    // Markers of transactions are committed behind the last record, and no reader is given them: a gap of these alone is none.
    const gaps = committed.flatMap(({ topic, partition, offset }): Gap[] => {
      const from = next.get(sourceKey(topic, partition)) ?? 0n;
      return offset > from ? [{ topic, partition, from, upTo: offset }] : [];
    });
    const known = seen.ahead;
    seen.ahead = await anyRecordIn(gaps, kafka, names, clock);
    if (!seen.ahead) return;
    if (!known) log.warn('the group has read more than the database holds: reading everything again', { group: groupId });
    await admin.deleteGroups([groupId]);
  };
  try {
    await patiently(clock, align);
  } catch (cause) {
    if (!seen.ahead) throw new DocketError('DOCKET_GROUP', `how far group ${groupId} has read cannot be learned`, { cause });
    const advice = 'stop other consoles that read as it, or give this one their database or a DOCKET_PREFIX of its own';
    throw new DocketError('DOCKET_GROUP_IN_USE', `the offsets of group ${groupId} cannot be deleted: ${advice}`, { cause });
  } finally {
    await admin.disconnect();
  }
}

interface Committed {
  /** The catalogue's name. */
  readonly topic: string;
  readonly partition: number;
  /** The next one to read, -1 where there is none. */
  readonly offset: bigint;
}

async function committedOffsets(admin: Admin, groupId: string, topics: readonly string[], names: TopicNames): Promise<Committed[]> {
  const committed = await admin.fetchOffsets({ groupId, topics: topics.map((topic) => names.toCluster(topic)) });
  return committed.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic: names.fromCluster(topic), partition, offset: BigInt(offset) })),
  );
}

/** Tries again until it succeeds; throws the last error when the patience is used up. */
async function patiently(clock: Clock, work: () => Promise<void>): Promise<void> {
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (clock.now() >= deadline) throw error;
      await new Promise<void>((resolve) => clock.schedule(RETRY_MS, resolve));
    }
  }
}
