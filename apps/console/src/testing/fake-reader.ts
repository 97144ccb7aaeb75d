import type { Kafka } from '@docket/stage-kafka';

interface Event {
  readonly payload: unknown;
}

type EachBatch = (given: { readonly batch: unknown }) => Promise<void>;

/**
 * The part of a consumer that a look for records uses. A log is a text with a character an offset: `r` a record, `-` a
 * transaction's marker.
 */
class FakeReader {
  readonly events = { GROUP_JOIN: 'join', END_BATCH_PROCESS: 'end', CRASH: 'crash' };
  readonly #listeners = new Map<string, (event: Event) => void>();
  readonly #at = new Map<string, number>();
  readonly #paused = new Set<string>();

  constructor(private readonly logs: Readonly<Record<string, readonly string[]>>, private readonly fails?: Error) {}

  on = (name: string, listener: (event: Event) => void) => void this.#listeners.set(name, listener);
  connect = () => Promise.resolve();
  disconnect = () => Promise.resolve();
  subscribe = () => Promise.resolve();
  pause = ([entry]: { topic: string; partitions: number[] }[]) => void this.#paused.add(`${entry?.topic ?? ''}/${entry?.partitions.join() ?? ''}`);
  seek = (to: { topic: string; partition: number; offset: string }) => void this.#at.set(`${to.topic}/${to.partition}`, Number(to.offset));

  run = async ({ eachBatch }: { eachBatch: EachBatch }) => {
    if (this.fails) return this.#emit('crash', { error: this.fails });
    this.#emit('join', { memberAssignment: Object.fromEntries(Object.entries(this.logs).map(([topic, logs]) => [topic, [...logs.keys()]])) });
    for (const [topic, logs] of Object.entries(this.logs)) {
      for (const [partition, log] of logs.entries()) await this.#give(topic, partition, log, eachBatch);
    }
  };

  async #give(topic: string, partition: number, log: string, eachBatch: EachBatch): Promise<void> {
    const place = `${topic}/${partition}`;
    const from = this.#at.get(place) ?? 0;
    if (this.#paused.has(place) || from >= log.length) return;
    const messages = Array.from(log).flatMap((entry, offset) => (entry === 'r' && offset >= from ? [{ offset: String(offset) }] : []));
    if (messages.length > 0) await eachBatch({ batch: { topic, partition, messages } });
    this.#emit('end', { topic, partition, lastOffset: String(log.length - 1) });
  }

  #emit(name: string, payload: unknown): void {
    this.#listeners.get(name)?.({ payload });
  }
}

interface FakeCluster {
  /** Where all logs begin. */
  readonly low?: number;
  /** What a reader crashes with. */
  readonly fails?: Error;
  /** A reader is given nothing. */
  readonly silent?: true;
  readonly admin?: object;
}

/** A client whose topics have these logs, one a partition. */
export function kafkaWith(logs: Readonly<Record<string, readonly string[]>>, more: FakeCluster = {}): Kafka {
  const { low = 0, fails, silent, admin } = more;
  const fetchTopicOffsets = (topic: string) =>
    Promise.resolve((logs[topic] ?? []).map((log, partition) => ({ partition, low: String(low), high: String(log.length) })));
  return {
    consumer: () => new FakeReader(silent ? {} : logs, fails),
    admin: () => ({ connect: () => Promise.resolve(), disconnect: () => Promise.resolve(), fetchTopicOffsets, ...admin }),
  } as unknown as Kafka;
}
