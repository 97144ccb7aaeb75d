import type { InputRecord, OutputRecord } from '@docket/stage';
import type { Random } from '../world/random.js';
import type { VirtualTime } from '../world/virtual-time.js';
import type { BrokerError } from './broker-error.js';
import { CommittedOffsets } from './committed-offsets.js';
import { GroupCoordinator, type GroupTimes } from './group-coordinator.js';
import { PartitionLog, type RecordContent } from './partition-log.js';
import { TransactionCoordinator, type OpenTransaction, type ProducerEpoch } from './transaction-coordinator.js';

export interface SimulatedBrokerOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Of every topic. */
  readonly partitions: number;
  readonly group: GroupTimes;
  readonly transactionTimeoutMs: number;
}

/** What a transaction is about to make visible. */
export interface Decided {
  readonly producer: ProducerEpoch;
  readonly records: readonly InputRecord[];
  readonly offsets: ReadonlyMap<string, number>;
}

interface Written {
  readonly records: InputRecord[];
  readonly offsets: Map<string, number>;
}

/**
 * A Kafka broker of one consumer group in virtual time: logs with transactions, fencing, committed offsets and group
 * membership. Every method is what one request does at the moment in which it arrives; the way to and fro is the caller's.
 */
export class SimulatedBroker {
  readonly group: GroupCoordinator;
  readonly offsets = new CommittedOffsets();
  readonly transactions: TransactionCoordinator;
  /** Called when a transaction is decided to be committed, before any reader sees it. */
  onCommit: (decided: Decided) => void = () => undefined;
  readonly #logs = new Map<string, PartitionLog[]>();
  readonly #written = new WeakMap<OpenTransaction, Written>();
  readonly #options: SimulatedBrokerOptions;

  constructor(options: SimulatedBrokerOptions) {
    this.#options = options;
    const { time, random, partitions, group, transactionTimeoutMs } = options;
    this.group = new GroupCoordinator(time, partitions, group);
    this.transactions = new TransactionCoordinator(time, random, transactionTimeoutMs, (transaction) => this.#committed(transaction));
  }

  get partitions(): number {
    return this.#options.partitions;
  }

  /** Those that anyone has asked for. */
  get topics(): string[] {
    return [...this.#logs.keys()];
  }

  log(topic: string, partition: number): PartitionLog {
    let logs = this.#logs.get(topic);
    if (!logs) this.#logs.set(topic, (logs = Array.from({ length: this.partitions }, (_, index) => new PartitionLog(topic, index))));
    const log = logs[partition];
    if (!log) throw new Error(`${topic} has no partition ${partition}`);
    return log;
  }

  logs(topic: string): readonly PartitionLog[] {
    this.log(topic, 0);
    return this.#logs.get(topic) ?? [];
  }

  /** Outside any transaction. */
  append(record: OutputRecord): InputRecord {
    const log = this.#logOf(record);
    return log.append(this.#stamped(record, log.partition));
  }

  /** Appends in the producer's transaction, which begins where none is open. */
  produce(producer: ProducerEpoch, records: readonly OutputRecord[], done: () => void, failed: (error: BrokerError) => void): void {
    let left = records.length;
    if (left === 0) return done();
    let broken = false;
    for (const record of records) {
      const log = this.#logOf(record);
      this.transactions.write(producer, log, (transaction) => {
        this.#writtenIn(transaction).records.push(log.append(this.#stamped(record, log.partition), transaction));
        if (--left === 0) done();
      }, (error) => {
        if (!broken) failed(error);
        broken = true;
      });
    }
  }

  writeOffsets(
    producer: ProducerEpoch, partition: number, offsets: ReadonlyMap<string, bigint>, done: () => void, failed: (error: BrokerError) => void,
  ): void {
    this.transactions.write(producer, this.offsets, (transaction) => {
      for (const [topic, offset] of offsets) {
        this.offsets.write(transaction, topic, partition, Number(offset));
        this.#writtenIn(transaction).offsets.set(topic, Number(offset));
      }
      done();
    }, failed);
  }

  #logOf({ topic, partition, partitionKey, key }: OutputRecord): PartitionLog {
    return this.log(topic, partition ?? spread(partitionKey ?? key) % this.partitions);
  }

  /** The broker's time of appending; the clocks of partitions differ a little. */
  #stamped({ key, value, headers }: OutputRecord, partition: number): RecordContent {
    return { timestamp: this.#options.time.now - ((partition * 13) % 29), key, value, headers };
  }

  #writtenIn(transaction: OpenTransaction): Written {
    let written = this.#written.get(transaction);
    if (!written) this.#written.set(transaction, (written = { records: [], offsets: new Map() }));
    return written;
  }

  #committed(transaction: OpenTransaction): void {
    const { records, offsets } = this.#writtenIn(transaction);
    this.onCommit({ producer: transaction.producer, records, offsets });
  }
}

/** Any hash will do: the simulated cluster has no other clients. */
function spread(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
