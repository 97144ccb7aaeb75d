import { laneTopic, LANES, ownTopics, stagesOf, type Lane, type StageSpec } from '@docket/contracts';
import { awaitTopics, BatchConsumer, StageConsumer, TopicTable, type BatchHandler } from '@docket/stage-kafka';
import { BaseRpcContext, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { bindStage, type StageBinding } from './bind-stage.js';
import { callHandler } from './call-handler.js';
import { loadProbe } from './load-probe.js';
import type { Runtime } from './runtime.js';
import { metricsObserver } from './stage-observer.js';

const GAUGES_EVERY_MS = 5_000;

/** Other stages of the process get this long to finish when one must end it. */
const CRITICAL_CLOSE_MS = 12_000;

export interface StageServerOptions {
  readonly runtime: Runtime;
  /** Stages beside those of the catalogue: a handler of one's input topic runs as that stage. Their topics must exist. */
  readonly stages?: readonly StageSpec[];
  /** By stage name; stages without an entry take the defaults. */
  readonly bindings?: Readonly<Record<string, StageBinding>>;
  /** Group of the handlers whose topics are no stage's input: read models and checks, given batches. */
  readonly readerGroup?: string;
  /** Time that stop() gives to work under way, milliseconds. */
  readonly drainMs?: number;
  /** Lanes that this install runs, whose topics must exist; default: the lane of the process. */
  readonly openLanes?: readonly Lane[];
}

/**
 * Nest transport over Docket's stages. A handler of a stage's input topic is run by a Task, with its result
 * written and its retries owned there; a handler of any other topic gets batches and belongs to readerGroup.
 */
export class StageServer extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: StageServerOptions;
  readonly #stages: StageConsumer[] = [];
  #reader: BatchConsumer | undefined;
  #commands: TopicTable | undefined;
  #cancelGauges: (() => void) | undefined;
  #critical = false;
  #started = false;
  #stopped: Promise<void> | undefined;

  constructor(options: StageServerOptions) {
    super();
    this.#options = options;
    const { health } = options.runtime.context;
    health.addLive('stages', () => !this.#critical);
    health.addReady('consumers', () => this.#started && this.#stages.every((stage) => stage.joined && stage.healthy) && this.#reader?.joined !== false);
  }

  /** Nest would run two handlers of a topic side by side; a record has one result. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const topic = String(pattern).replace('{lane}', this.#options.runtime.context.settings.lane);
    if (this.messageHandlers.has(topic)) throw new Error(`two handlers for ${topic}`);
    super.addHandler(topic, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    this.#start().then(() => callback(), callback);
  }

  /** Finishes what is under way, commits it and leaves the groups. Idempotent. */
  close(): Promise<void> {
    this.#stopped ??= Promise.all([
      ...this.#stages.map((stage) => stage.stop(this.#options.drainMs ?? 8_000)),
      this.#reader?.stop(),
      this.#commands?.stop(),
    ]).then(() => this.#cancelGauges?.());
    return this.#stopped;
  }

  on(): never {
    throw new Error('this transport has no events');
  }

  unwrap(): never {
    throw new Error('this transport has no single client to unwrap');
  }

  async #start(): Promise<void> {
    const { runtime } = this.#options;
    const { logger, settings } = runtime.context;
    const specs = [...stagesOf([settings.lane]), ...(this.#options.stages ?? [])];
    const readers = new Map<string, BatchHandler>();
    const found: StageSpec[] = [];
    for (const [topic, handler] of this.messageHandlers) {
      const spec = specs.find((candidate) => candidate.input === topic && candidate.component === runtime.component);
      if (spec) {
        found.push(spec);
        this.#stages.push(this.#consumer(spec, handler));
      } else {
        readers.set(topic, (records) => callHandler(handler, records, new BaseRpcContext([])).then(() => undefined));
      }
    }
    const topics = [...readers.keys(), ...found.flatMap((spec) => [spec.input, ...spec.outputs, ...Object.values(ownTopics(spec)).flat()])];
    const open = this.#options.openLanes ?? [settings.lane];
    await awaitTopics(runtime.kafka, runtime.names, topics.filter((topic) => isIn(topic, open)), () =>
      logger.warn('waiting until the topics exist: run `docket topics apply`'),
    );
    if (readers.size > 0) this.#reader = this.#batchConsumer(readers);
    if (found.length > 0) await this.#followCommands();
    await Promise.all([...this.#stages.map((stage) => stage.start()), this.#reader?.start()]);
    this.#started = true;
    this.#tellGauges();
  }

  /** Wanted states hold from the first record on, so they are read before any stage starts. */
  async #followCommands(): Promise<void> {
    const { runtime } = this.#options;
    const topic = laneTopic(runtime.context.settings.lane, 'control.commands');
    this.#commands = new TopicTable(runtime.kafka, runtime.names, [topic], ({ key, value }) => {
      for (const stage of this.#stages) stage.command(key ?? '', value);
    }, (error) => this.#fail(error));
    await this.#commands.start();
    await this.#commands.caughtUp;
  }

  #tellGauges(): void {
    const { metrics, clock } = this.#options.runtime.context;
    for (const stage of this.#stages) {
      for (const state of ['opening', 'running', 'suspended']) {
        metrics.set('stage_tasks', stage.tasks.filter((task) => task.state === state).length, { stage: stage.name, state });
      }
      const gate = this.#options.bindings?.[stage.name]?.gateReason ?? 'funder_limit';
      for (const [reason, held] of [['operator', 'operator'], [gate, 'gate']] as const) {
        const labels = { group: stage.groupId, topic: stage.input, reason };
        metrics.set('consumer_paused_partitions', stage.tasks.filter((task) => task.heldBy === held).length, labels);
      }
      metrics.set('held_records', stage.tasks.reduce((sum, task) => sum + task.held, 0), { stage: stage.name });
    }
    this.#cancelGauges = clock.schedule(GAUGES_EVERY_MS, () => this.#tellGauges());
  }

  #consumer(spec: StageSpec, handler: MessageHandler): StageConsumer {
    const { runtime, bindings } = this.#options;
    const { context, names } = runtime;
    const { retryDelays = [], acceptGaps = false, instance } = context.settings;
    const stage = bindStage(spec, handler, { retryDelays, acceptGaps }, bindings?.[spec.name]);
    return new StageConsumer({
      names, stage, instance,
      client: (clientId) => runtime.client(clientId),
      probe: loadProbe,
      audit: (steps) => runtime.audit(steps),
      write: (records) => runtime.writer.write(records),
      clock: context.clock,
      log: context.logger,
      observer: metricsObserver(context.metrics),
      onJoin: (group) => this.#joined(group),
      onCritical: (error) => this.#fail(error),
    });
  }

  #batchConsumer(handlers: ReadonlyMap<string, BatchHandler>): BatchConsumer {
    const { kafka, names, context } = this.#options.runtime;
    const group = this.#options.readerGroup ?? this.#options.runtime.component;
    return new BatchConsumer({
      kafka, names, group, handlers,
      clock: context.clock,
      log: context.logger,
      onJoin: (joined) => this.#joined(joined),
      onCritical: (error) => this.#fail(error),
    });
  }

  #joined(group: string): void {
    this.#options.runtime.context.metrics.increment('consumer_rebalances_total', { group });
  }

  /**
   * Never dead-lettered, never committed: the process ends and the log says why. A process that stayed would hold its
   * partitions and do nothing; one that ends is seen by whoever restarts it.
   */
  #fail(error: Error): void {
    if (this.#critical) return;
    this.#critical = true;
    const { logger, clock } = this.#options.runtime.context;
    logger.fatal('a stage stopped: this needs a person', { err: error });
    const end = () => process.exit(1);
    clock.schedule(CRITICAL_CLOSE_MS, end);
    this.close().then(end, end);
  }
}

/** A stage may name topics of lanes that this install does not run. */
function isIn(topic: string, lanes: readonly Lane[]): boolean {
  const other = LANES.find((lane) => topic.startsWith(`records.${lane}.`));
  return other === undefined || lanes.includes(other);
}
