import type { Clock } from '@docket/contracts';
import type { StepRecord } from '../effect.js';
import type { InputRecord, OutputRecord } from '../record.js';
import type { SourceBounds, Transaction } from '../task-port.js';

/** A call of a port that can be made to fail or to wait. */
/** `answer`: that of a commit, which has taken effect before. */
export type PortCall = 'fence' | 'commit' | 'answer' | 'bounds' | 'audit' | 'write';

interface Fault {
  readonly call: PortCall;
  /** `refused`: without effect. `lost`: it took effect, and only its answer is an error. */
  readonly how: 'refused' | 'lost';
}

/** The end of a transaction takes an offset, as on Kafka: offsets have gaps. */
const MARKER = 'marker';

/**
 * One partition number of a broker in memory: a log a topic with offsets, atomic commits, the group's offsets, and a fence.
 * Nothing happens by itself: calls fail and wait on command.
 */
export class MemoryBroker {
  /** The group's offsets, by topic. */
  readonly committed = new Map<string, bigint>();
  readonly audited: StepRecord[] = [];
  /** Every record that was ever written, in order. */
  readonly written: InputRecord[] = [];
  /** What took effect, in order. */
  readonly journal: string[] = [];
  leaseUntil = Number.MAX_SAFE_INTEGER;
  readonly #logs = new Map<string, { low: bigint; readonly records: (InputRecord | typeof MARKER)[] }>();
  readonly #faults: Fault[] = [];
  readonly #held = new Map<PortCall, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #holder = 0;

  constructor(private readonly clock: Clock, readonly partition: number) {}

  /** The next call of this kind fails. */
  fail(call: PortCall, how: Fault['how'] = 'refused'): void {
    this.#faults.push({ call, how });
  }

  /** Calls of this kind wait from now on, until the returned function is called. */
  hold(call: PortCall): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held.set(call, promise);
    return () => {
      this.#held.delete(call);
      resolve(undefined);
    };
  }

  /** Appends outside any transaction; the time is the clock's where `at` does not say it. */
  append({ topic, key, value, headers }: OutputRecord, at = this.clock.now()): bigint {
    const log = this.#log(topic);
    const offset = log.low + BigInt(log.records.length);
    const record = { topic, partition: this.partition, offset, timestamp: at, key, value, headers };
    log.records.push(record);
    this.written.push(record);
    for (const listener of this.#listeners) listener();
    return offset;
  }

  /** Records of a topic from an offset on, `most` at once. */
  read(topic: string, from = 0n, most = Number.MAX_SAFE_INTEGER): InputRecord[] {
    const { low, records } = this.#log(topic);
    const first = from > low ? Number(from - low) : 0;
    return records.slice(first).filter((record) => record !== MARKER).slice(0, most);
  }

  /** Deletes what lies before this offset, as retention does. */
  truncate(topic: string, low: bigint): void {
    const log = this.#log(topic);
    log.records.splice(0, Number(low - log.low));
    log.low = low;
  }

  /** The topic as new. */
  recreate(topic: string): void {
    this.#logs.delete(topic);
  }

  low(topic: string): bigint {
    return this.#log(topic).low;
  }

  bounds(topics: readonly string[]): Map<string, SourceBounds> {
    return new Map(topics.map((topic) => {
      const { low, records } = this.#log(topic);
      return [topic, { committed: this.committed.get(topic), low, high: low + BigInt(records.length) }];
    }));
  }

  /** A number that is newer than every other: whoever holds an older one commits no more. */
  takeOver(): number {
    return ++this.#holder;
  }

  apply(holder: number, { records, offsets }: Transaction): void {
    if (holder !== this.#holder) throw new Error('a later holder has fenced');
    for (const record of records) this.append(record);
    for (const topic of new Set(records.map((record) => record.topic))) this.#log(topic).records.push(MARKER);
    for (const [topic, offset] of offsets) this.committed.set(topic, offset);
    const own = [...offsets].map(([topic, offset]) => `${topic}=${offset}`);
    this.journal.push(['commit', ...records.map(({ topic }) => topic), ...own].join(' '));
  }

  /** Runs one call as the faults and holds of the moment have it. */
  async call<T>(call: PortCall, effect: () => T): Promise<T> {
    await this.#held.get(call);
    const at = this.#faults.findIndex((fault) => fault.call === call);
    const [fault] = at < 0 ? [] : this.#faults.splice(at, 1);
    if (fault?.how === 'refused') throw new Error(`${call} is refused on command`);
    const result = effect();
    if (fault) throw new Error(`the answer of ${call} is lost on command`);
    return result;
  }

  /** Calls back after each append until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #log(topic: string) {
    let log = this.#logs.get(topic);
    if (!log) this.#logs.set(topic, (log = { low: 0n, records: [] }));
    return log;
  }
}
