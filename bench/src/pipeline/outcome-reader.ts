import { setTimeout as sleep } from 'node:timers/promises';
import { DocketError } from '@docket/contracts';
import type { Consumer, Kafka } from 'kafkajs-raw';
import { OutcomeBoard } from './outcome-board.js';

/** Without a new outcome for so long, in milliseconds, those that are missing count as lost. */
const LOST_MS = 30_000;

/** Reads the last topic with read_committed isolation, as a user of the pipeline would. Times: performance.now(). */
export class OutcomeReader {
  readonly board: OutcomeBoard;
  readonly #consumer: Consumer;
  #failure: Error | undefined;

  private constructor(consumer: Consumer, units: number) {
    this.#consumer = consumer;
    this.board = new OutcomeBoard(units);
  }

  /** Resolves when the topic is being read, from its beginning. */
  static async start(kafka: Kafka, topic: string, units: number): Promise<OutcomeReader> {
    const consumer = kafka.consumer({ groupId: `${topic}.reader`, readUncommitted: false, maxWaitTimeInMs: 500 });
    const reader = new OutcomeReader(consumer, units);
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const at = performance.now();
        try {
          for (const { value } of batch.messages) reader.board.note(value, at);
        } catch (error) {
          reader.#failure ??= error instanceof Error ? error : new Error(String(error));
        }
        return Promise.resolve();
      },
    });
    await joined;
    return reader;
  }

  /** Resolves when so many different units were seen. Throws DOCKET_BENCH_LOST (critical) where no more come. */
  async untilSeen(units: number): Promise<void> {
    let seen = this.board.seen;
    let since = performance.now();
    while (this.board.seen < units) {
      if (this.#failure) throw this.#failure;
      if (this.board.seen > seen) {
        seen = this.board.seen;
        since = performance.now();
      } else if (performance.now() - since > LOST_MS) {
        throw new DocketError('DOCKET_BENCH_LOST', `${units - seen} of ${units} units have no outcome, and none has come for ${LOST_MS / 1000} s`);
      }
      await sleep(10);
    }
  }

  /** Resolves when outcomes have stopped coming: what is doubled has been counted. Throws what was wrong with one. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.board.doubled; ) {
      before = this.board.doubled;
      await sleep(300);
    }
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
