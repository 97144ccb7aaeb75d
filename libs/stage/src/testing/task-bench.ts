import { DocketError, HEADER, ManualClock, ownTopics, sha256Hex, stageSpec, type Headers, type Outcome, type StageSpec } from '@docket/contracts';
import type { StepRecord } from '../effect.js';
import { emit, type HandlerResult } from '../handler-result.js';
import { Ledger } from '../ledger/ledger.js';
import { readLedgerHead } from '../ledger/ledger-record.js';
import type { InputRecord } from '../record.js';
import { silentObserver, type HandlerContext, type Stage, type StagePolicy } from '../stage.js';
import { Task } from '../task.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryPort } from './memory-port.js';

const DAY_MS = 86_400_000;

export const POLICY: StagePolicy = {
  concurrency: 4, windowRecords: 8, windowBytes: 1_000_000, handlerDeadlineMs: 1_000, retryDelaysMs: [1_000, 5_000, 30_000], maxAttempts: 3,
  maxHeld: 50, dedupeWindowMs: DAY_MS, deadLetterLimit: { of: 20, most: 10 }, acceptGaps: false,
};

export type Handle = (name: string, context: HandlerContext) => HandlerResult | Promise<HandlerResult>;

export interface TaskBenchOptions {
  readonly spec?: Partial<StageSpec>;
  readonly policy?: Partial<StagePolicy>;
  readonly stage?: Partial<Pick<Stage, 'groupOf' | 'gate'>>;
}

/** A task of one partition on a broker in memory, and the lives it had. A record's value names its unit. */
export class TaskBench {
  readonly clock = new ManualClock();
  readonly broker = new MemoryBroker(this.clock, 2);
  readonly spec: StageSpec;
  readonly topics: ReturnType<typeof ownTopics>;
  readonly failures: Error[] = [];
  /** Handlers that ran, as `name#attempt`. */
  readonly ran: string[] = [];
  handle: Handle = () => emit();
  readonly #options: TaskBenchOptions;
  #lives = 0;
  #task: Task | undefined;
  #port: MemoryPort | undefined;

  constructor(options: TaskBenchOptions = {}) {
    this.#options = options;
    this.spec = { ...stageSpec('executor'), outputs: ['out'], ...options.spec };
    this.topics = ownTopics(this.spec);
  }

  get task(): Task {
    if (!this.#task) throw new Error('open() comes first');
    return this.#task;
  }

  get port(): MemoryPort {
    if (!this.#port) throw new Error('open() comes first');
    return this.#port;
  }

  /** A new life; the one before is as it is: closed, killed or a zombie. */
  async open(policy: Partial<StagePolicy> = {}, after: Promise<void> = Promise.resolve(), before: (task: Task) => void = nothing): Promise<Task> {
    const task: Task = new Task({
      stage: {
        spec: this.spec,
        policy: { ...POLICY, ...this.#options.policy, ...policy },
        ...this.#options.stage,
        decode: (record) => {
          const name = record.value?.toString() ?? '';
          if (name.startsWith('unreadable')) throw new DocketError('DOCKET_POISON_JSON', 'unreadable', { kind: 'poison' });
          return { identity: { correlationId: record.headers[HEADER.id] ?? name, batchTraceId: 'batch', digest: sha256Hex(name) }, data: name };
        },
        handle: async (data, context) => {
          this.ran.push(`${String(data)}#${context.attempt}`);
          return this.handle(String(data), context);
        },
      },
      partition: this.broker.partition,
      port: (this.#port = new MemoryPort(this.broker, (topic, records, next) => task.accept(topic, records, next))),
      clock: this.clock, log: { info: nothing, warn: nothing, error: nothing }, observer: silentObserver,
      random: () => 0,
      nonce: `life-${++this.#lives}`,
      after,
      onFailure: (error) => this.failures.push(error),
    });
    this.#task = task;
    before(task);
    task.open();
    await settle();
    return task;
  }

  /** Puts units onto the input, each under its name as event id, in one key. */
  async send(key: string, ...names: string[]): Promise<void> {
    for (const name of names) this.put(key, name);
    await settle();
  }

  /** One unit with another event id or headers of its own. */
  put(key: string, name: string, more: { readonly id?: string; readonly headers?: Headers; readonly recordKey?: string } = {}): bigint {
    return this.broker.append({
      topic: this.spec.input, key: more.recordKey ?? 'subject', value: Buffer.from(name),
      headers: { [HEADER.orderKey]: key, [HEADER.id]: more.id ?? name, [HEADER.source]: 's', ...more.headers },
    });
  }

  /** Time passes, and all that it brings about is done. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  get steps(): StepRecord[] {
    return this.broker.audited;
  }

  /** `step of its unit`, as audited. */
  get told(): string[] {
    return this.steps.map(({ step, identity }) => `${step} ${identity.correlationId}`);
  }

  get outcomes(): Outcome[] {
    return this.records('outcomes').map(({ value }) => JSON.parse(String(value)) as Outcome);
  }

  get commits(): string[] {
    return this.broker.journal.filter((line) => line.startsWith('commit'));
  }

  records(topic: string): InputRecord[] {
    return this.broker.read(topic);
  }

  /** What the ledger's topic says, read apart from the task. */
  ledger(): Ledger {
    const ledger = new Ledger({ windowMs: DAY_MS, keepDeadMs: 400 * DAY_MS });
    for (const { value } of this.records(this.topics.ledger)) {
      if (value && readLedgerHead(value).nonce === '') ledger.restore(value);
    }
    return ledger;
  }
}

/** Runs promises until nothing is left to run at this instant: the immediate queue comes after all microtasks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A handler's result that writes its unit's name to `out`. */
export function passOn(name: string, { orderKey }: HandlerContext): HandlerResult {
  return emit([{ topic: 'out', key: orderKey, type: 'test.passed', value: Buffer.from(name) }], { state: 'submitted' });
}

/** A failure that may pass. */
export function retriable(retryAfterMs?: number): DocketError {
  return new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable', ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

function nothing(): void {
  return undefined;
}
