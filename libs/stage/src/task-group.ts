import { DocketError, isDocketError, parseControlCommand, type Clock, type ControlCommand, type OperationCommand, type OperationProgress } from '@docket/contracts';
import type { LoadProbe } from './adaptive-window.js';
import type { InputRecord } from './record.js';
import type { Stage, StageLog, StageObserver } from './stage.js';
import { Task } from './task.js';
import type { MembershipPort } from './task-port.js';

/** The whole group waits for a member that drains before it joins again. */
const DRAIN_BEFORE_JOIN_MS = 3_000;
/** Failures in a row from which on a task waits longer each time, and the instance is not ready. */
const FEW_FAILURES = 4;
const MAX_BACKOFF_MS = 30_000;
/** An open task that has nothing to commit counts as well after this long. */
const CALM_MS = 60_000;

export interface TaskGroupOptions {
  readonly stage: Stage;
  readonly port: MembershipPort;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  /** In [0, 1). */
  readonly random: () => number;
  /** A name that no other call returned. */
  readonly nonce: () => string;
  readonly probe?: LoadProbe;
  /**
   * Runs `fn` once all that is ready to run has run, such as setImmediate: what finishes together is then committed together.
   * Default: the next microtask.
   */
  readonly defer?: (fn: () => void) => void;
  /** The stage can go no further: a bug, a bad setting or a damaged ledger, never bad input. */
  readonly onCritical: (error: Error) => void;
}

/** The tasks of one instance: which partitions it runs, how each is opened, kept, drained, and opened again after a failure. */
export class TaskGroup {
  readonly #options: TaskGroupOptions;
  readonly #tasks = new Map<number, Task>();
  readonly #ending = new Map<number, Promise<void>>();
  readonly #commands = new Map<string, OperationCommand | OperationProgress>();
  /** Openings in a row without a commit, by partition. */
  readonly #failures = new Map<number, { readonly count: number; readonly at: number }>();
  #paused = false;
  #stopping = false;
  #suspended: Promise<void> | undefined;

  constructor(options: TaskGroupOptions) {
    this.#options = options;
  }

  /** By partition: for health and metrics. */
  get tasks(): readonly Task[] {
    return [...this.#tasks.values()];
  }

  /** False where a partition fails again and again without a commit. */
  get healthy(): boolean {
    const now = this.#options.clock.now();
    return [...this.#failures].every(([partition, { count, at }]) =>
      count < FEW_FAILURES || this.#tasks.get(partition)?.committed === true || (this.#tasks.get(partition)?.state === 'running' && now - at > CALM_MS));
  }

  /**
   * To be awaited before each join: starts no handler; resolves when those under way are done and committed, or after three
   * seconds: a longer one goes on, and its task is kept or closed by what the join brings.
   */
  async beforeJoin(): Promise<void> {
    this.#suspended ??= this.#within(DRAIN_BEFORE_JOIN_MS, Promise.all(this.tasks.map((task) => task.suspend())));
    await this.#suspended;
  }

  /** In the synchronous part of a join. `newMember`: the group had taken us for gone, so others may have run our partitions. */
  assigned(partitions: readonly number[], { newMember }: { readonly newMember: boolean }): void {
    this.#suspended = undefined;
    if (this.#stopping) return;
    const wanted = new Set(partitions);
    for (const [partition, task] of this.#tasks) {
      if (!wanted.has(partition)) {
        this.#tasks.delete(partition);
        this.#failures.delete(partition);
        void this.#end(partition, task);
      }
    }
    for (const partition of wanted) {
      const task = this.#tasks.get(partition);
      if (newMember || !task?.keep()) this.#open(partition);
    }
  }

  /**
   * What a fetch brought, perhaps no record for us, and the offset behind the last one that it covers: all before `next` was
   * delivered, or is aborted, or a marker. Never throws: what escaped here would end the consumer.
   */
  accept(topic: string, partition: number, records: readonly InputRecord[], next: bigint): void {
    // A join forgets where each topic was, and at the end nobody seeks again.
    if (this.#stopping) return;
    try {
      this.#tasks.get(partition)?.accept(topic, records, next);
    } catch (cause) {
      this.#options.onCritical(new DocketError('DOCKET_STAGE_BUG', 'the stage failed on a delivery', { cause }));
    }
  }

  /** A delivery began behind the offset that was to be read next. */
  lost(topic: string, partition: number): void {
    if (this.#stopping) return;
    this.#tasks.get(partition)?.lose(topic);
  }

  /** Partition and opening marker of each open task. */
  claims(): { partition: number; marker: bigint }[] {
    return [...this.#tasks].flatMap(([partition, { marker, state }]) => (marker === undefined || state === 'closed' ? [] : [{ partition, marker }]));
  }

  /** A record of control.commands. What cannot be read is logged and passed over. */
  command(key: string, value: Buffer | null): void {
    const { stage, log } = this.#options;
    if (value === null) {
      this.#commands.delete(key);
      if (key === `stage/${stage.spec.name}`) this.#pause(false);
      return;
    }
    const command = readCommand(key, value, (err) => log.error('a control command cannot be read and is passed over', { stage: stage.spec.name, err }));
    if (!command) return;
    if (command.kind === 'stage') {
      if (command.stage === stage.spec.name) this.#pause(command.state === 'paused');
    } else if (command.kind === 'progress' || command.stage === stage.spec.name) {
      this.#commands.set(key, command);
      for (const task of this.#tasks.values()) task.operate(command);
    }
  }

  /** Finishes and commits what is under way, up to `drainMs`, then ends, whether or not all has settled. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    await this.#within(drainMs, Promise.all(this.tasks.map((task) => task.suspend())));
    await this.#within(DRAIN_BEFORE_JOIN_MS, Promise.all(this.tasks.map((task) => task.close())));
  }

  /** For a process that is gone: aborts everything, awaits nothing. */
  kill(): void {
    this.#stopping = true;
    for (const task of this.#tasks.values()) task.kill();
    this.#tasks.clear();
  }

  /** Resolves when neither this task nor one of the partition before it has a handler that runs. */
  #end(partition: number, task: Task): Promise<void> {
    const ending = Promise.all([this.#ending.get(partition), task.close()]).then(() => {
      if (this.#ending.get(partition) === ending) this.#ending.delete(partition);
    });
    this.#ending.set(partition, ending);
    return ending;
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    for (const task of this.#tasks.values()) task.setPaused(paused);
  }

  #open(partition: number): void {
    const { stage, port, clock, log, observer, random, nonce, probe, defer } = this.#options;
    const before = this.#tasks.get(partition);
    const task: Task = new Task({
      stage, partition, clock, log, observer, random, probe, defer,
      port: port.open(partition),
      nonce: nonce(),
      after: before ? this.#end(partition, before) : (this.#ending.get(partition) ?? Promise.resolve()),
      onFailure: (error) => this.#failed(partition, task, error),
    });
    this.#tasks.set(partition, task);
    task.setPaused(this.#paused);
    for (const command of this.#commands.values()) task.operate(command);
    task.open();
  }

  /**
   * Opened afresh, but only once a heartbeat sent after the failure is acknowledged: an instance that was frozen would else
   * fence the partition's new owner before it learned that it is not the owner any more.
   */
  #failed(partition: number, task: Task, error: Error): void {
    const { log, clock, stage, port, onCritical } = this.#options;
    if (isDocketError(error) && error.kind === 'critical') return onCritical(error);
    const failures = task.committed ? 1 : (this.#failures.get(partition)?.count ?? 0) + 1;
    this.#failures.set(partition, { count: failures, at: clock.now() });
    log.warn('task failed and is opened again', { stage: stage.spec.name, partition, err: error });
    port.heartbeatAfter(clock.now()).then(
      () => {
        // A fault that stays must not spin.
        const wait = failures < FEW_FAILURES ? 0 : Math.min(MAX_BACKOFF_MS, 250 * 2 ** (failures - FEW_FAILURES));
        const open = () => {
          if (!this.#stopping && this.#tasks.get(partition) === task) this.#open(partition);
        };
        if (wait === 0) open();
        else clock.schedule(wait, open);
      },
      (cause: unknown) => onCritical(new DocketError('DOCKET_MEMBERSHIP', 'the group membership ended', { cause })),
    );
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const limit = new Promise<void>((resolve) => (cancel = this.#options.clock.schedule(ms, resolve)));
    await Promise.race([work, limit]);
    cancel();
  }
}

function readCommand(key: string, value: Buffer, onError: (error: unknown) => void): ControlCommand | undefined {
  try {
    return parseControlCommand(key, value);
  } catch (error) {
    onError(error);
    return undefined;
  }
}
