import { HEADER, laneTopic, ownTopics, type ErrorEvent, type Headers, type ManualClock, type Outcome } from '@docket/contracts';
import { resultOfError, silentObserver, TaskGroup, type HandlerResult, type InputRecord, type Stage, type StageLog, type StepRecord } from '@docket/stage';
import { MemoryBroker, MemoryPort } from '@docket/stage/testing';

/** A record for a stage's input: its payload, written as JSON, or its bytes as they are. */
export interface TestRecord {
  readonly key?: string;
  readonly payload?: unknown;
  readonly value?: Buffer | string | null;
  /** Over the CloudEvents headers that it gets by itself; a record of an equal `ce_id` and `ce_source` is the same unit. */
  readonly headers?: Headers;
}

export interface TestOutput {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** What came of a record, as it was committed. */
export interface TestResult {
  /** What the last try came to; undefined where the unit was seen before and no handler ran. */
  readonly kind: HandlerResult['kind'] | undefined;
  /** Tries that ran; retries are waited for, on the clock of the test. */
  readonly attempts: number;
  /** Records on all topics but `outcomes`, `errors` and those that only the stage reads; dead letters and parked ones included. */
  readonly outputs: readonly TestOutput[];
  readonly outcome: Outcome | undefined;
  readonly errors: readonly ErrorEvent[];
  /** For the audit log, in order. */
  readonly steps: readonly StepRecord[];
}

/** Polls of a unit that does not end, with the event loop going round in between. */
const PATIENCE_MS = 4_000;
const PARTITION = 0;

/** A stage on a broker in memory: the code that runs it is the one that runs it on Kafka. */
export class StageTest {
  readonly #stage: Stage;
  readonly #clock: ManualClock;
  readonly #broker: MemoryBroker;
  readonly #group: TaskGroup;
  readonly #tries: HandlerResult['kind'][] = [];
  readonly #release: () => Promise<void>;
  #critical: Error | undefined;
  #sent = 0;

  constructor(stage: Stage, clock: ManualClock, log: StageLog, release: () => Promise<void>) {
    this.#stage = stage;
    this.#clock = clock;
    this.#release = release;
    this.#broker = new MemoryBroker(clock, PARTITION);
    this.#group = new TaskGroup({
      stage: this.#watched(), clock, log, observer: silentObserver, random: () => 0, nonce: () => 'test',
      port: {
        open: (partition) =>
          new MemoryPort(this.#broker, (topic, records, next) => this.#group.accept(topic, partition, records, next)),
        heartbeatAfter: () => Promise.resolve(),
      },
      onCritical: (error) => (this.#critical = error),
    });
    this.#group.assigned([PARTITION], { newMember: true });
  }

  /** Puts a record onto the input and resolves when its way has ended. Rejects with a critical error of the stage. */
  async run(record: TestRecord): Promise<TestResult> {
    const { spec, policy } = this.#stage;
    const before = { tries: this.#tries.length, written: this.#broker.written.length + 1, steps: this.#broker.audited.length };
    const offset = this.#broker.append(this.#record(record));
    await this.#until(() => (this.#broker.committed.get(spec.input) ?? 0n) > offset);
    const longest = policy.retryDelaysMs.at(-1) ?? 0;
    for (let pass = 0; this.#held && pass < policy.maxAttempts; pass++) {
      this.#clock.advance(longest);
      const tries = this.#tries.length;
      await this.#until(() => !this.#held || this.#tries.length > tries);
      await this.#settle();
    }
    const written = this.#broker.written.slice(before.written);
    const on = (topic: string) => written.filter((one) => one.topic === topic).map(({ value }) => JSON.parse(String(value)) as unknown);
    return {
      kind: this.#tries.slice(before.tries).at(-1),
      attempts: this.#tries.length - before.tries,
      outputs: written.filter(({ topic }) => !this.#isInternal(topic)).map(({ topic, key, value, headers }) => ({ topic, key: key ?? '', value, headers })),
      outcome: on(laneTopic(spec.lane, 'outcomes')).at(-1) as Outcome | undefined,
      errors: on(laneTopic(spec.lane, 'errors')) as ErrorEvent[],
      steps: this.#broker.audited.slice(before.steps),
    };
  }

  async close(): Promise<void> {
    this.#group.kill();
    await this.#release();
  }

  get #held(): boolean {
    return this.#group.tasks.some(({ held }) => held > 0);
  }

  /** The stage, with each try noted: what cannot be decoded is one too. */
  #watched(): Stage {
    const note = (error: unknown): never => {
      this.#tries.push(resultOfError(error).kind);
      throw error;
    };
    return {
      ...this.#stage,
      decode: (record: InputRecord) => {
        try {
          return this.#stage.decode(record);
        } catch (error) {
          return note(error);
        }
      },
      handle: async (data, context) => {
        const result = await this.#stage.handle(data, context).catch(note);
        this.#tries.push(result.kind);
        return result;
      },
    };
  }

  #record({ key = 'key', payload, value, headers }: TestRecord) {
    const given = value === undefined ? JSON.stringify(payload) : value;
    return {
      topic: this.#stage.spec.input, key, value: typeof given === 'string' ? Buffer.from(given) : given,
      headers: {
        [HEADER.id]: `test-${++this.#sent}`, [HEADER.source]: '/test', [HEADER.type]: 'test', [HEADER.contentType]: 'application/json', ...headers,
      },
    };
  }

  #isInternal(topic: string): boolean {
    const { spec } = this.#stage;
    const { retry, ledger, attempts } = ownTopics(spec);
    return [...retry, ledger, attempts, spec.input, laneTopic(spec.lane, 'outcomes'), laneTopic(spec.lane, 'errors'), laneTopic(spec.lane, 'control.commands')].includes(topic);
  }

  async #until(done: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!done()) {
      if (this.#critical) throw this.#critical;
      if (performance.now() > end) throw new Error('the handler has not settled: the clock of the test stands still, so a deadline never comes');
      await this.#settle();
    }
    if (this.#critical) throw this.#critical;
  }

  #settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
