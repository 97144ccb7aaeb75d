import type { InputRecord, MembershipPort, TaskPort } from '@docket/stage';
import type { Joined } from '../broker/group-coordinator.js';
import { BrokerError } from '../broker/broker-error.js';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Network } from '../world/network.js';
import type { Random } from '../world/random.js';
import type { SimulatedProcess } from '../world/simulated-process.js';
import { SimulatedTaskPort, type PortSurroundings } from './simulated-task-port.js';
import { TopicCursors } from './topic-cursors.js';

/** The part of a task group that its membership drives. */
export interface MemberGroup {
  beforeJoin(): Promise<void>;
  assigned(partitions: readonly number[], options: { readonly newMember: boolean }): void;
  accept(topic: string, partition: number, records: readonly InputRecord[], next: bigint): void;
  claims(): { partition: number; marker: bigint }[];
}

export interface MemberOptions {
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly broker: SimulatedBroker;
  readonly random: Random;
  readonly stageName: string;
  /** The subscription. */
  readonly topics: readonly string[];
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  readonly port: Pick<PortSurroundings, 'onFenced' | 'onAudit' | 'auditRefusesFor' | 'onMisuse'>;
  /** Makes a port; a mutant makes another. */
  readonly makePort?: (partition: number, around: PortSurroundings) => TaskPort;
  readonly uncommitted?: boolean;
  /** Changes what is delivered: for a mutant. */
  readonly alter?: (record: InputRecord) => InputRecord;
  /** The group threw where nothing may escape. */
  readonly onEscape: (error: unknown) => void;
}

/** Held back from the session's end by the lease, milliseconds. */
const LEASE_MARGIN_MS = 1_000;

/** Heartbeats that fail in a row before the consumer starts anew. */
const MOST_FAILURES = 3;

/**
 * One instance's membership as the Kafka adapter has it: eager joins with the drain before each, places forgotten at
 * each join, heartbeats by the fetch loop, a session's end learnt only by the next answer.
 */
export class SimulatedMember implements MembershipPort {
  readonly #options: MemberOptions;
  readonly #cursors: TopicCursors;
  readonly #bootAt: number;
  #group: MemberGroup | undefined;
  #memberId = '';
  #generation = -1;
  #partitions: readonly number[] = [];
  #ports = new Map<number, object>();
  #sentAt = 0;
  #waiting: { time: number; resolve: () => void }[] = [];
  #stopping = false;

  constructor(options: MemberOptions) {
    this.#options = options;
    const { broker, process, network, random, topics, uncommitted = false, alter } = options;
    this.#bootAt = process.time.now;
    this.#cursors = new TopicCursors({
      broker, process, network, random, topics, uncommitted,
      deliver: (topic, partition, records, next) => {
        if (records.length > 0) {
          process.trace.note(process.name, () => `is given ${topic}/${partition}@${String(records[0]?.offset)} +${records.length}`);
        }
        this.#guard(() => this.#group?.accept(topic, partition, alter ? records.map(alter) : records, BigInt(next)));
      },
    });
  }

  get partitions(): readonly number[] {
    return this.#partitions;
  }

  start(group: MemberGroup): void {
    this.#group = group;
    void this.#run();
  }

  /** Leaves the group; the tasks are stopped before. */
  async leave(): Promise<void> {
    const { network, process, broker } = this.#options;
    this.#stopping = true;
    this.#cursors.stop();
    const memberId = this.#memberId;
    await network.call(process, 'leave', (answer) => {
      broker.group.leave(memberId);
      answer(undefined);
    }).catch(() => undefined);
  }

  open(partition: number): TaskPort {
    this.#cursors.reset(partition);
    const life = {};
    this.#ports.set(partition, life);
    const { process, network, broker, stageName, port, makePort } = this.#options;
    const around: PortSurroundings = {
      process, network, broker, transactionalId: `docket-${stageName}-${partition}`, ...port,
      cursor: (topic) => (this.#ports.get(partition) === life ? this.#cursors.get(partition, topic) : undefined),
      leaseUntil: () => this.#sentAt + this.#options.sessionMs - LEASE_MARGIN_MS,
    };
    return makePort?.(partition, around) ?? new SimulatedTaskPort(partition, around);
  }

  heartbeatAfter(time: number): Promise<void> {
    if (this.#sentAt > time) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ time, resolve }));
  }

  async #run(): Promise<void> {
    let first = true;
    let newMember = true;
    while (!this.#stopping) {
      try {
        if (first) await this.#evict();
        first = false;
        this.#cursors.stop();
        await this.#group?.beforeJoin();
        newMember ||= this.#memberId === '';
        await this.#join(newMember);
        newMember = false;
        await this.#beat();
      } catch (error) {
        const type = error instanceof BrokerError ? error.type : undefined;
        // A stranger to the group joins as a new member; what else fails ends the consumer, which then starts anew.
        if (type !== 'ILLEGAL_GENERATION') this.#memberId = '';
        first = type !== 'UNKNOWN_MEMBER_ID' && type !== 'ILLEGAL_GENERATION';
        this.#options.process.trace.note(this.#options.process.name, () => `membership failed: ${type ?? String(error)}`);
        this.#cursors.stop();
        if (first) await this.#pause(this.#options.random.int(100, 1_000));
      }
    }
  }

  async #evict(): Promise<void> {
    const { network, process, broker } = this.#options;
    await network.call(process, 'evict', (answer) => {
      broker.group.evict(process.name);
      answer(undefined);
    });
  }

  async #join(newMember: boolean): Promise<void> {
    const { network, process, broker } = this.#options;
    const sentAt = process.clock.now();
    const asked = { memberId: this.#memberId, instance: process.name, bootAt: this.#bootAt, claims: this.#group?.claims() ?? [] };
    const joined = await network.call<Joined>(process, 'join', (answer, refuse) => {
      try {
        broker.group.join(asked, answer);
      } catch (error) {
        refuse(error as BrokerError);
      }
    });
    this.#memberId = joined.memberId;
    this.#generation = joined.generation;
    this.#partitions = joined.partitions;
    process.trace.note(process.name, () => `joined ${joined.memberId}/${joined.generation}: ${joined.partitions.join(',')}${newMember ? ' (new)' : ''}`);
    this.#acknowledged(sentAt);
    this.#cursors.assigned(joined.partitions);
    this.#guard(() => this.#group?.assigned(joined.partitions, { newMember }));
  }

  /** Until the group wants a join. Throws what ends the membership. */
  async #beat(): Promise<void> {
    const { network, process, broker, heartbeatMs } = this.#options;
    let failures = 0;
    while (!this.#stopping) {
      await this.#pause(heartbeatMs);
      if (this.#isStopping()) return;
      const sentAt = process.clock.now();
      try {
        const again = await network.call<boolean>(process, 'heartbeat', (answer, refuse) => {
          try {
            answer(broker.group.heartbeat(this.#memberId, this.#generation));
          } catch (error) {
            refuse(error as BrokerError);
          }
        });
        failures = 0;
        this.#acknowledged(sentAt);
        if (again) return;
      } catch (error) {
        const transport = error instanceof BrokerError && (error.type === 'CONNECTION' || error.type === 'REQUEST_TIMED_OUT');
        if (!transport || ++failures >= MOST_FAILURES) throw error;
      }
    }
  }

  #acknowledged(sentAt: number): void {
    this.#sentAt = Math.max(this.#sentAt, sentAt);
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ time }) => time >= sentAt);
    for (const { time, resolve } of waiting) if (time < sentAt) resolve();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.process.later(ms, resolve, 'timer'));
  }

  #guard(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#options.onEscape(error);
    }
  }

  #isStopping(): boolean {
    return this.#stopping;
  }
}
