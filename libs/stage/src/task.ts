import { DocketError, ownTopics, type Clock, type OperationCommand, type OperationProgress } from '@docket/contracts';
import { Admission } from './admission.js';
import { AdaptiveWindow, type LoadProbe } from './adaptive-window.js';
import { GroupCommit, type Finished } from './group-commit.js';
import { LedgerReplay } from './ledger-replay.js';
import { Ledger } from './ledger/ledger.js';
import { MARKER_KEY, openPartition, type Opened } from './opening.js';
import { OutsideCalls } from './outside-calls.js';
import { PartitionOperations } from './partition-operations.js';
import { ParkedUntil } from './parked-until.js';
import type { InputRecord } from './record.js';
import { RetryTiers } from './retry-tiers.js';
import { Source } from './source.js';
import type { Stage, StageLog, StageObserver } from './stage.js';
import type { TaskPort } from './task-port.js';
import { TaskRun } from './task-run.js';

const DAY_MS = 86_400_000;
/** Dead letters and parked units last as long as their topics. */
const KEEP_DEAD_MS = 400 * DAY_MS;
const HEARTBEAT_MS = 3_600_000;

export interface TaskOptions {
  readonly stage: Stage;
  readonly partition: number;
  readonly port: TaskPort;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  /** In [0, 1). */
  readonly random: () => number;
  /** A name that no other opening has. */
  readonly nonce: string;
  readonly probe?: LoadProbe | undefined;
  /** See TaskGroupOptions. */
  readonly defer?: ((fn: () => void) => void) | undefined;
  /** Resolves when no handler of an earlier life of this task in this process runs any more. */
  readonly after: Promise<void>;
  /**
   * The task can go no further; what is not committed yet never will be. Called once, and after close() only where a
   * handler ignores its abort: it would stand in the way of the next life for ever.
   */
  readonly onFailure: (error: Error) => void;
}

/**
 * One partition number of a stage, crash-only: opened by fencing, marker and replay; run; discarded on any failure of a
 * commit, and then opened afresh by its owner. What it guarantees is told in docs/guarantees.md.
 */
export class Task {
  readonly #options: TaskOptions;
  readonly #topics: ReturnType<typeof ownTopics>;
  readonly #sources: readonly Source[];
  readonly #ledger: Ledger;
  readonly #replay: LedgerReplay;
  readonly #calls: OutsideCalls | undefined;
  #attemptsReplayed: () => void = () => undefined;
  #run: TaskRun | undefined;
  #state: 'opening' | 'running' | 'suspended' | 'closed' = 'opening';
  #marker: bigint | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  #paused = false;
  #joins = 0;
  readonly #operations: (OperationCommand | OperationProgress)[] = [];

  constructor(options: TaskOptions) {
    this.#options = options;
    const { stage, clock, port, partition } = options;
    this.#topics = ownTopics(stage.spec);
    // All of them, also those beyond the delays that are set: a unit may have been sent there before the setting changed.
    this.#sources = [new Source(stage.spec.input, 0), ...this.#topics.retry.map((topic, index) => new Source(topic, index + 1))];
    const windowMs = stage.policy.dedupeWindowMs;
    this.#ledger = new Ledger({ windowMs, keepDeadMs: KEEP_DEAD_MS, contents: stage.spec.contentDuplicates });
    this.#replay = new LedgerReplay({ ledger: this.#ledger, nonce: options.nonce, retentionMs: 2 * windowMs, now: clock.now() });
    if (this.#topics.attempts !== undefined) {
      this.#calls = new OutsideCalls({
        topic: this.#topics.attempts, partition, clock,
        leaseUntil: () => (this.#state === 'running' ? port.leaseUntil() : 0),
        write: (records) => port.write(records),
        commit: (records) => this.#run?.commits.write(records) ?? Promise.reject(new Error('the task is not open')),
      });
    }
  }

  get state(): 'opening' | 'running' | 'suspended' | 'closed' {
    return this.#state;
  }

  /** Offset of the opening marker, once open: of two claims on a partition the newer one counts. */
  get marker(): bigint | undefined {
    return this.#marker;
  }

  /** Whether anything was committed since it was opened. */
  get committed(): boolean {
    return this.#run?.commits.any ?? false;
  }

  /** Units on retry topics, followers included. */
  get held(): number {
    return this.#run?.held ?? 0;
  }

  /** What keeps it from starting handlers: a person, or a gate that something waits at. */
  get heldBy(): 'operator' | 'gate' | undefined {
    if (this.#paused) return 'operator';
    return this.#run?.gated ? 'gate' : undefined;
  }

  open(): void {
    this.#open().catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error('opening failed', { cause: error })));
  }

  async #open(): Promise<void> {
    const { stage, port, clock, partition, nonce, log, after } = this.#options;
    const { ledger: ledgerTopic, attempts: attemptsTopic } = this.#topics;
    const opened = await openPartition({
      port, partition, ledgerTopic, attemptsTopic, nonce, now: clock.now(),
      sources: this.#sources.map(({ topic }) => topic),
      acceptGaps: stage.policy.acceptGaps,
      replayed: this.#replay.done,
      attemptsReplayed: attemptsTopic === undefined ? Promise.resolve() : new Promise((resolve) => (this.#attemptsReplayed = resolve)),
      isClosed: () => this.#state === 'closed',
      onRewound: (topic, by) =>
        log.error('offsets were moved back: what is done is passed over', { stage: stage.spec.name, topic, partition, detail: String(by) }),
      onGap: (topic, missing) =>
        log.error('records were lost to retention before they were read', { stage: stage.spec.name, topic, partition, detail: String(missing) }),
    });
    if (!opened) return;
    await after;
    if (!this.#isClosed()) this.#start(opened);
  }

  #start(opened: Opened): void {
    const { stage, port, clock, partition, observer, log, random, nonce } = this.#options;
    const { policy, spec } = stage;
    const ledger = this.#ledger;
    const window = new AdaptiveWindow(policy.windowRecords, policy.handlerDeadlineMs * 0.8, this.#options.probe);
    for (const source of this.#sources) {
      const start = opened.starts.get(source.topic) ?? 0n;
      source.watermark.reset(start);
      source.end = opened.ends.get(source.topic) ?? 0n;
      source.sent = opened.positions.get(source.topic);
    }
    const commits = new GroupCommit({
      port, ledger, ledgerTopic: this.#topics.ledger, partition, sources: this.#sources, clock,
      last: { sequence: opened.sequence, writtenAt: opened.writtenAt },
      carryAfterMs: policy.dedupeWindowMs / 2,
      onLanded: (work, entry) => this.#run?.landed(work, entry),
      onCommitted: (units, ms) => {
        window.committed(ms);
        this.#run?.balance();
        observer.committed(spec.name, units, ms);
      },
      onFailure: (error) => this.#fail(error),
    });
    const tiers = new RetryTiers(this.#topics.retry, clock);
    tiers.restore(ledger.unfinished());
    const admission = new Admission(spec, policy.dedupeWindowMs, ledger, (result) => observer.looked(spec.name, result));
    const operations = new PartitionOperations({
      spec, partition, port, ledger, commits, clock, observer,
      inFlight: (unit) => admission.offsetInFlight(unit),
      onPutBack: (unit, operation) => admission.expect(unit, operation),
    });
    const parked = new ParkedUntil({ spec, partition, clock, nonce, operations, port });
    for (const entry of ledger.parkedUntil()) parked.add(entry);
    this.#run = new TaskRun({
      stage, port, clock, log, observer, random, window, tiers, commits, operations, parked, admission,
      calls: this.#calls,
      defer: this.#options.defer ?? queueMicrotask,
      sources: this.#sources,
      onFailure: (error) => this.#fail(error),
      onStuck: (error) => (this.#isClosed() ? this.#options.onFailure(error) : this.#fail(error)),
    });
    this.#marker = opened.marker;
    this.#run.setPaused(this.#paused);
    this.#state = 'running';
    for (const source of this.#sources) port.seek(source.topic, source.watermark.next);
    this.#run.start();
    // What was done first, or an operation would begin anew.
    const [progress, commands] = [this.#operations.filter(({ kind }) => kind === 'progress'), this.#operations.filter(({ kind }) => kind !== 'progress')];
    this.#operations.length = 0;
    for (const operation of [...progress, ...commands]) this.operate(operation);
    this.#beat();
  }

  /** A group's offsets may outlive an idle ledger, and its emptiness would then look like a loss: so it is never idle for long. */
  #beat(): void {
    this.#cancelHeartbeat = this.#options.clock.schedule(HEARTBEAT_MS, () => {
      this.#prove(() => undefined);
      this.#beat();
    });
  }

  /** Takes records of one topic in offset order; what was asked for before a seek, or is held already, is passed over. */
  accept(topic: string, records: readonly InputRecord[], next: bigint): void {
    if (this.#state === 'closed') return;
    if (topic === this.#topics.ledger) return this.#replay.offer(records);
    if (topic === this.#topics.attempts) return this.#replayAttempts(records);
    this.#run?.accept(topic, records, next);
  }

  #replayAttempts(records: readonly InputRecord[]): void {
    for (const { key, value } of records) {
      if (key === MARKER_KEY) {
        if (value?.toString() === this.#options.nonce) this.#attemptsReplayed();
      } else if (key !== null) {
        this.#calls?.restore(key, value);
      }
    }
  }

  /** Starts no further handler; resolves when those under way are settled and committed. */
  async suspend(): Promise<void> {
    if (this.#state === 'running') this.#state = 'suspended';
    await this.#run?.suspend();
  }

  /**
   * After a join that left the partition here: positions are set again, and handlers start once a first commit is
   * acknowledged, since another may have owned it in between. False where the task was not open: it must be opened afresh.
   */
  keep(): boolean {
    if (this.#state !== 'suspended' || !this.#run) return false;
    this.#run.reseek();
    const join = ++this.#joins;
    this.#prove(() => {
      // Of an earlier join: another may have owned the partition since.
      if (this.#state !== 'suspended' || join !== this.#joins) return;
      this.#state = 'running';
      this.#run?.start();
    });
    return true;
  }

  #prove(onCommitted: () => void): void {
    const nothing: Finished = { records: [], onCommitted };
    this.#run?.commits.add(nothing);
    this.#run?.commits.kick();
  }

  /** The stage's wanted state: paused, nothing is started. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#run?.setPaused(paused);
  }

  /** A redrive or release, or how far an earlier life was with it. */
  operate(operation: OperationCommand | OperationProgress): void {
    if (!this.#run) this.#operations.push(operation);
    else if (operation.kind === 'progress') this.#run.operations.resume(operation);
    else this.#run.operations.request(operation);
  }

  /** The broker has no longer what was to be read next: an opening finds out why. */
  lose(topic: string): void {
    // Of a topic that is read for operations only, what is gone is no longer in their set.
    if (topic === this.#topics.dlq || topic === this.#topics.parked) return this.#run?.operations.lost(topic);
    this.#fail(new DocketError('DOCKET_POSITION_LOST', `the next records of ${topic} are gone`, { kind: 'retriable' }));
  }

  /** Aborts what is under way and starts no further commit; resolves when all handlers have settled. */
  async close(): Promise<void> {
    this.#shut();
    await this.#run?.settled();
    await this.#options.port.close();
  }

  /** Of a process that is gone: nothing is awaited. */
  kill(): void {
    this.#shut();
  }

  #shut(): void {
    this.#state = 'closed';
    this.#cancelHeartbeat?.();
    this.#run?.close(new DocketError('DOCKET_REVOKED', 'the partition was revoked or the service stops', { kind: 'retriable' }));
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.#shut();
    this.#options.onFailure(error);
  }
}
