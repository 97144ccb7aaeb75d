import { setTimeout as wait } from 'node:timers/promises';
import { DocketError } from '@docket/contracts';
import type { RecordWriter, TopicNames } from '@docket/stage-kafka';
import { ChainTally } from './chain-tally.js';
import { END_HEADER, IndependentReader } from './independent-reader.js';
import { monotonicMs } from './monotonic.js';
import { OUTPUTS } from './pipeline.js';
import { parseUnit } from './unit.js';

/** Longer than any transaction may stay open. */
const STUCK_MS = 60_000;
const POLL_MS = 200;

export interface OutputOptions {
  readonly brokers: readonly string[];
  readonly names: TopicNames;
  readonly partitions: number;
  /** By key: how many units were sent. */
  readonly counts: readonly number[];
}

/** Reads topics of the chain from their beginning and counts what is there; `name` sets its consumer group apart. */
export class OutputPass {
  readonly tally: ChainTally;
  readonly #reader: IndependentReader;
  #movedAt = monotonicMs();

  constructor({ brokers, names, partitions, counts }: OutputOptions, topics: readonly string[], name: string) {
    this.tally = new ChainTally(topics, counts);
    this.#reader = new IndependentReader({
      brokers, partitions,
      topics: topics.map((topic) => names.toCluster(topic)),
      groupId: `${names.prefix}reader-${name}`,
      onRecord: ({ topic, partition, offset, value, id }) => {
        this.#movedAt = monotonicMs();
        this.tally.of(names.fromCluster(topic)).add(parseUnit(value), id, `${partition}/${offset}`);
      },
    });
  }

  /** When a record last came. */
  get movedAt(): number {
    return this.#movedAt;
  }

  start(): Promise<void> {
    return this.#reader.start();
  }

  stop(): Promise<void> {
    return this.#reader.stop();
  }

  /** Resolves when the end marks were read. Throws DOCKET_CHAOS_OUTPUT (critical) where nothing comes any more before that. */
  async toEnd(): Promise<void> {
    const read: { ended: boolean } = { ended: false };
    void this.#reader.ended.then(() => (read.ended = true));
    while (!read.ended) {
      if (monotonicMs() - this.#movedAt > STUCK_MS) {
        throw new DocketError('DOCKET_CHAOS_OUTPUT', 'a topic of the chain cannot be read to its end: a transaction was left open');
      }
      await wait(POLL_MS);
    }
  }
}

/** The verdict: marks the end of every partition, and reads what every stage wrote anew. Nothing may write any more. */
export async function checkOutput(options: OutputOptions, writer: RecordWriter): Promise<ChainTally> {
  const partitions = Array.from({ length: options.partitions }, (_, partition) => partition);
  await writer.write(OUTPUTS.flatMap((topic) =>
    partitions.map((partition) => ({ topic, partition, key: 'end', value: null, headers: { [END_HEADER]: 'true' } }))));
  const pass = new OutputPass(options, OUTPUTS, 'verdict');
  await pass.start();
  try {
    await pass.toEnd();
  } finally {
    await pass.stop();
  }
  return pass.tally;
}
