import { DocketError } from '@docket/contracts';
import type { OutputRecord, SourceBounds, StepRecord, TaskPort, Transaction } from '@docket/stage';
import { BrokerError } from '../broker/broker-error.js';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { ProducerEpoch } from '../broker/transaction-coordinator.js';
import type { Network } from '../world/network.js';
import type { SimulatedProcess } from '../world/simulated-process.js';
import type { Cursor } from './cursor.js';

/** What a port shares with its member. */
export interface PortSurroundings {
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly broker: SimulatedBroker;
  /** Without `-a` and `-b`. */
  readonly transactionalId: string;
  /** Undefined where the member does not hold the partition any more, or a later port has taken over. */
  readonly cursor: (topic: string) => Cursor | undefined;
  readonly leaseUntil: () => number;
  /** The broker has fenced all earlier holders of the partition. */
  readonly onFenced: (partition: number) => void;
  readonly onAudit: (steps: readonly StepRecord[]) => void;
  /** Milliseconds for which the audit log refuses. */
  readonly auditRefusesFor: () => number;
  /** The core did what the port forbids. */
  readonly onMisuse: (what: string) => void;
}

/** Largest count of records that go out in one request. */
const SEND_RECORDS = 16;

/** One life of a task on the simulated broker: two producers in turn, as the Kafka adapter has it. */
export class SimulatedTaskPort implements TaskPort {
  #producers: readonly ProducerEpoch[] = [];
  #turn = 0;
  #busy = false;
  #closed = false;
  #failed: DocketError | undefined = new DocketError('DOCKET_COMMIT', 'fence() comes first', { kind: 'retriable' });

  constructor(
    readonly partition: number,
    protected readonly around: PortSurroundings,
  ) {}

  async fence(): Promise<void> {
    const { transactionalId } = this.around;
    this.#producers = await Promise.all([this.init(`${transactionalId}-a`), this.init(`${transactionalId}-b`)]);
    this.#failed = undefined;
  }

  async commit(transaction: Transaction): Promise<void> {
    if (this.#busy) this.around.onMisuse('two commits at once');
    if (this.#failed) throw this.#failed;
    this.#busy = true;
    try {
      const producer = this.#producers[this.#turn++ % 2];
      if (!producer) throw new Error('not fenced');
      await this.transact(producer, transaction);
    } catch (cause) {
      const fenced = cause instanceof BrokerError && cause.type === 'INVALID_PRODUCER_EPOCH';
      this.#failed = new DocketError(fenced ? 'DOCKET_FENCED' : 'DOCKET_COMMIT', 'the commit failed', { kind: 'retriable', cause });
      throw this.#failed;
    } finally {
      this.#busy = false;
    }
  }

  bounds(topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>> {
    return this.call('bounds', (answer) => answer(this.boundsNow(topics)));
  }

  seek(topic: string, offset: bigint): void {
    this.around.process.trace.note(this.around.process.name, () => `seeks ${topic}/${this.partition} to ${offset}`);
    this.#cursor(topic)?.seek(Number(offset));
  }

  pause(topic: string): void {
    this.#cursor(topic)?.pause();
  }

  resume(topic: string): void {
    this.#cursor(topic)?.resume();
  }

  audit(steps: readonly StepRecord[]): Promise<void> {
    const { network, process, auditRefusesFor, onAudit } = this.around;
    const arrive = (answer: (value: undefined) => void): void => {
      const wait = auditRefusesFor();
      if (wait > 0) {
        network.time.after(wait + network.latency(), () => arrive(answer));
        return;
      }
      onAudit(steps);
      answer(undefined);
    };
    return network.call(process, 'audit', arrive, { patient: true });
  }

  async write(records: readonly OutputRecord[]): Promise<void> {
    await this.call('write', (answer) => {
      for (const record of records) this.around.broker.append(record);
      answer(undefined);
    });
  }

  leaseUntil(): number {
    return this.around.leaseUntil();
  }

  async close(): Promise<void> {
    if (this.#closed) this.around.onMisuse('closed twice');
    this.#closed = true;
    this.#failed ??= new DocketError('DOCKET_COMMIT', 'the port was closed', { kind: 'retriable' });
    await new Promise<void>((resolve) => this.around.process.later(this.around.network.latency(), resolve, 'answer'));
  }

  /** Takes over the epochs that count, and fences nobody. */
  protected async peekFence(): Promise<void> {
    const { transactionalId } = this.around;
    this.#producers = await Promise.all([this.peek(`${transactionalId}-a`), this.peek(`${transactionalId}-b`)]);
    this.#failed = undefined;
  }

  protected peek(id: string): Promise<ProducerEpoch> {
    return this.call(`peek ${id}`, (answer) => answer({ id, epoch: this.around.broker.transactions.epochOf(id) }));
  }

  /** As the broker has them at this moment. */
  protected boundsNow(topics: readonly string[]): Map<string, SourceBounds> {
    const { broker } = this.around;
    return new Map(topics.map((topic) => {
      const log = broker.log(topic, this.partition);
      const committed = broker.offsets.get(topic, this.partition);
      return [topic, { committed: committed === undefined ? undefined : BigInt(committed), low: BigInt(log.low), high: BigInt(log.high) }];
    }));
  }

  /** One transaction, request by request. */
  protected async transact(producer: ProducerEpoch, { records, offsets }: Transaction): Promise<void> {
    for (let at = 0; at < records.length; at += SEND_RECORDS) await this.produce(producer, records.slice(at, at + SEND_RECORDS));
    if (offsets.size > 0) await this.offsets(producer, offsets);
    if (records.length + offsets.size > 0) await this.end(producer);
  }

  protected init(id: string): Promise<ProducerEpoch> {
    return this.call(`init ${id}`, (answer) => {
      this.around.onFenced(this.partition);
      this.around.broker.transactions.init(id, answer);
    });
  }

  protected produce(producer: ProducerEpoch, records: readonly OutputRecord[]): Promise<void> {
    return this.call('produce', (answer, refuse) => this.around.broker.produce(producer, records, () => answer(undefined), refuse));
  }

  protected offsets(producer: ProducerEpoch, offsets: ReadonlyMap<string, bigint>): Promise<void> {
    return this.call('offsets', (answer, refuse) =>
      this.around.broker.writeOffsets(producer, this.partition, offsets, () => answer(undefined), refuse));
  }

  protected end(producer: ProducerEpoch): Promise<void> {
    return this.call('end', (answer, refuse) => {
      try {
        this.around.broker.transactions.end(producer, true);
      } catch (error) {
        return refuse(error instanceof Error ? error : new Error('end failed', { cause: error }));
      }
      answer(undefined);
    });
  }

  protected call<T>(name: string, handle: (answer: (value: T) => void, refuse: (error: Error) => void) => void): Promise<T> {
    return this.around.network.call<T>(this.around.process, `${name}/${this.partition}`, handle);
  }

  #cursor(topic: string): Cursor | undefined {
    return this.#closed ? undefined : this.around.cursor(topic);
  }
}
