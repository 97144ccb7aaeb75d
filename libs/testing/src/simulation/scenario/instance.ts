import { HEADER, ownTopics } from '@docket/contracts';
import { silentObserver, TaskGroup, type InputRecord, type OutputRecord, type StageLog, type TaskPort } from '@docket/stage';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Witness } from '../check/witness.js';
import { Cursor } from '../member/cursor.js';
import { SimulatedMember } from '../member/simulated-member.js';
import type { PortSurroundings } from '../member/simulated-task-port.js';
import type { Network } from '../world/network.js';
import { Random } from '../world/random.js';
import { SimulatedProcess } from '../world/simulated-process.js';
import type { Trace } from '../world/trace.js';
import type { VirtualTime } from '../world/virtual-time.js';
import type { Scenario } from './scenario.js';
import { simulatedStage } from './simulated-stage.js';
import type { UnitPlan } from './unit-plan.js';

/** What the instances of a run share. */
export interface Surroundings {
  readonly scenario: Scenario;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly network: Network;
  readonly broker: SimulatedBroker;
  readonly witness: Witness;
  readonly plans: ReadonlyMap<string, UnitPlan>;
  readonly throttles: Map<string, number>;
  readonly stuck: Set<string>;
  readonly auditRefusesFor: () => number;
  readonly makePort?: (partition: number, around: PortSurroundings) => TaskPort;
  readonly uncommitted?: boolean;
  readonly alter?: (record: InputRecord) => InputRecord;
  /** The core asked for the process's end. */
  readonly onCritical: (instance: Instance, error: Error) => void;
}

const HEARTBEAT_MS = 700;
const DRAIN_MS = 5_000;

/** A process with its task group and its membership. */
export class Instance {
  readonly process: SimulatedProcess;
  readonly #member: SimulatedMember;
  readonly #group: TaskGroup;
  readonly #around: Surroundings;
  readonly #random: Random;
  #stopping = false;

  constructor(readonly name: string, seed: number, around: Surroundings) {
    this.#around = around;
    const { scenario, time, trace, network, broker, witness } = around;
    const { spec } = scenario;
    const random = new Random(seed, 77);
    this.#random = random;
    this.process = new SimulatedProcess(name, time, trace);
    const { retry, dlq, parked, ledger, attempts } = ownTopics(spec);
    this.#member = new SimulatedMember({
      process: this.process, network, broker, random, stageName: spec.name,
      topics: [spec.input, ...retry, dlq, parked, ledger, ...(attempts === undefined ? [] : [attempts])],
      sessionMs: scenario.sessionMs, heartbeatMs: HEARTBEAT_MS,
      port: {
        onFenced: (partition) => witness.handlers.fenced(partition, this.process),
        onAudit: (steps) => witness.audited(steps),
        auditRefusesFor: around.auditRefusesFor,
        onMisuse: (what) => witness.report('port-contract', what),
      },
      onEscape: (error) => witness.report('no-critical', `thrown at the membership: ${String(error)}`),
      ...(around.makePort && { makePort: around.makePort }),
      ...(around.uncommitted && { uncommitted: true }),
      ...(around.alter && { alter: around.alter }),
    });
    this.#group = new TaskGroup({
      stage: simulatedStage({ scenario, process: this.process, witness, plans: around.plans, throttles: around.throttles, stuck: around.stuck }),
      port: this.#member, clock: this.process.clock, log: traceLog(this.process), observer: silentObserver,
      random: () => random.next(), nonce: () => random.uuid(),
      // As the adapter has it: other things happen in between.
      defer: (fn) => void this.process.clock.schedule(0, fn),
      onCritical: (error) => around.onCritical(this, error),
    });
  }

  get alive(): boolean {
    return this.process.alive;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  start(): void {
    this.process.trace.note(this.name, () => 'starts');
    this.process.later(1, () => {
      this.#member.start(this.#group);
      this.#followCommands();
    }, 'timer');
  }

  /** Every instance reads the whole table of commands. */
  #followCommands(): void {
    const { broker, network } = this.#around;
    for (const log of broker.logs('control.commands')) {
      const deliver = (records: readonly InputRecord[]): void => {
        for (const { key, value } of records) this.#group.command(key ?? '', value);
      };
      new Cursor({ log, process: this.process, network, random: this.#random, deliver }, 0).resume();
    }
  }

  /** Drains, leaves and ends. */
  stop(): void {
    this.#stopping = true;
    this.process.trace.note(this.name, () => 'is told to stop');
    this.process.later(1, () => void this.#stop(), 'timer');
  }

  async #stop(): Promise<void> {
    await this.#group.stop(DRAIN_MS);
    await this.#member.leave();
    this.process.crash();
  }
}

/** Puts a unit's record onto the input. */
export function inputRecord({ spec }: Scenario, plan: UnitPlan, digest: string): OutputRecord {
  const byHeader = spec.orderBy === 'header';
  return {
    topic: spec.input,
    key: byHeader ? plan.group : plan.key,
    value: Buffer.from(`${plan.name} ${digest}`),
    headers: {
      [HEADER.id]: plan.name, [HEADER.source]: '/simulated', [HEADER.correlationId]: plan.id, [HEADER.batchTraceId]: plan.id,
      [HEADER.digest]: digest, ...(byHeader && { [HEADER.orderKey]: plan.key }),
    },
  };
}

function traceLog(process: SimulatedProcess): StageLog {
  const note = (level: string) => (msg: string, fields?: object) =>
    process.trace.note(process.name, () => `[${level}] ${msg} ${fields ? describe(fields) : ''}`);
  return { info: note('info'), warn: note('warn'), error: note('error') };
}

function describe(fields: object): string {
  return Object.entries(fields).map(([name, value]) => `${name}=${value instanceof Error ? `${value.message}${value.cause instanceof Error ? ` < ${value.cause.message}` : ''}` : String(value)}`).join(' ');
}
