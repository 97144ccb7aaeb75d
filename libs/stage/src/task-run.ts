import { DocketError, poison, type Clock } from '@docket/contracts';
import type { AdaptiveWindow } from './adaptive-window.js';
import type { Admission } from './admission.js';
import { CallContext } from './call-context.js';
import { GateQueue } from './gate-queue.js';
import { Gates } from './gates.js';
import type { GroupCommit } from './group-commit.js';
import { resultOfError, type HandlerResult } from './handler-result.js';
import { KeyedScheduler } from './keyed-scheduler.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import type { OutsideCalls } from './outside-calls.js';
import type { ParkedUntil } from './parked-until.js';
import type { PartitionOperations } from './partition-operations.js';
import { bytesOf, type Decoded, type InputRecord } from './record.js';
import type { RetryTiers } from './retry-tiers.js';
import { HandlerRun } from './run-handler.js';
import { Settlement } from './settlement.js';
import type { Source } from './source.js';
import type { Stage, StageLog, StageObserver } from './stage.js';
import type { TaskPort } from './task-port.js';
import { LOOK_AGAIN_MS, NamedTimers } from './named-timers.js';
import { orderKeyOf } from './order-key.js';
import { unitRef, type UnitRef } from './unit-ref.js';
import { unreadable } from './unreadable.js';
import { WindowFill } from './window-fill.js';
import type { Work } from './work.js';

/** A commit for markers alone waits so long for something better to do. */
const MARKER_MS = 1_000;
/** Gate of a stage without groups. */
const EVERYONE = '';
/** A source that was paused flows again at this part of its bound: the flow takes a tenth of a second to come back. */
const RESUME_AT = 0.75;

export interface TaskRunOptions {
  readonly stage: Stage;
  readonly port: TaskPort;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  readonly random: () => number;
  /** Input first, then the retry topics in order. */
  readonly sources: readonly Source[];
  readonly admission: Admission;
  readonly window: AdaptiveWindow;
  readonly tiers: RetryTiers;
  readonly commits: GroupCommit;
  readonly operations: PartitionOperations;
  readonly parked: ParkedUntil;
  readonly calls: OutsideCalls | undefined;
  /** Runs `fn` once all that is ready to run has run. */
  readonly defer: (fn: () => void) => void;
  readonly onFailure: (error: Error) => void;
  /** A handler ignores its abort; also told after close(). */
  readonly onStuck: (error: DocketError) => void;
}

/** An open task at work: takes records, runs handlers in the order of their keys, and hands what came of them to the commits. */
export class TaskRun {
  readonly commits: GroupCommit;
  readonly operations: PartitionOperations;
  readonly #options: TaskRunOptions;
  readonly #scheduler: KeyedScheduler<Work>;
  readonly #gates: Gates;
  readonly #settlement: Settlement;
  readonly #runs = new Map<HandlerRun, Work>();
  readonly #timers: NamedTimers;
  readonly #gateQueue: GateQueue;
  readonly #fill: WindowFill;
  #started = false;
  #paused = false;
  #turning = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: TaskRunOptions) {
    this.#options = options;
    this.commits = options.commits;
    this.operations = options.operations;
    this.#scheduler = new KeyedScheduler(options.stage.policy.concurrency);
    this.#gates = new Gates(options.clock);
    this.#timers = new NamedTimers(options.clock);
    this.#gateQueue = new GateQueue(options.clock, this.#timers);
    this.#fill = new WindowFill(options.stage, options.window, options.tiers);
    this.#settlement = new Settlement({
      ...options,
      scheduler: this.#scheduler,
      gates: this.#gates,
      enqueue: (work) => this.#enqueue(work),
      dequeue: (work) => this.#fill.dequeued(work),
    });
  }

  get held(): number {
    return this.#options.tiers.size;
  }

  /** Whether anything waits at a gate. */
  get gated(): boolean {
    return !this.#gateQueue.empty;
  }

  /** Handlers may start. */
  start(): void {
    this.#started = true;
    this.#turn();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#turn();
  }

  async suspend(): Promise<void> {
    this.#started = false;
    await this.settled();
    await this.commits.idle();
  }

  /** Resolves when no handler runs. */
  async settled(): Promise<void> {
    while (this.#runs.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** After a join: the broker's side forgot where we were. */
  reseek(): void {
    for (const { topic, watermark } of this.#options.sources) this.#options.port.seek(topic, watermark.next);
    this.operations.reseek();
  }

  close(reason: DocketError): void {
    this.#closed = true;
    this.#started = false;
    this.commits.close();
    this.operations.close();
    this.#options.parked.close();
    this.#timers.clear();
    for (const run of this.#runs.keys()) run.abort(reason);
  }

  accept(topic: string, records: readonly InputRecord[], next: bigint): void {
    if (this.#closed) return;
    const source = this.#options.sources.find((candidate) => candidate.topic === topic);
    if (!source) return this.operations.offer(topic, records, next);
    for (const record of records) {
      if (record.offset < source.watermark.next) continue;
      source.watermark.open(record.offset);
      if (source.tier === 0) this.#takeInput(source, record);
      else this.#takeRetry(source, record);
    }
    this.#passOver(source, next);
    this.#takeDue();
    this.#startHandlers();
    this.#turnSoon();
    this.balance();
  }

  /** Aborted records and markers stand before this offset, and nothing else. */
  #passOver(source: Source, next: bigint): void {
    if (next <= source.watermark.next) return;
    source.watermark.pass(next);
    // Else a partition that is drained would seem to lag for ever.
    if (!this.#timers.has('marker')) this.#timers.set('marker', MARKER_MS, () => this.#commitMarkers());
  }

  #commitMarkers(): void {
    if (this.#options.sources.every(({ watermark, sent }) => watermark.committable === sent)) return;
    if (!this.#started || !this.commits.quiet) return this.#timers.set('marker', MARKER_MS, () => this.#commitMarkers());
    this.commits.add({ records: [] });
    this.commits.kick();
  }

  #takeInput(source: Source, record: InputRecord): void {
    const { admission, tiers, stage, observer } = this.#options;
    observer.received(stage.spec.name);
    const verdict = admission.admit(record);
    if (verdict.kind === 'redelivered') return this.#pass(source, record);
    const work = this.#work(source, record, record.offset, verdict.ref, verdict.kind === 'new' ? verdict.operation : '');
    this.#fill.arrived(work);
    if (verdict.kind !== 'new') return this.#settlement.refuse(work, verdict);
    const before = work.operation === '' ? tiers.last(work.key) : undefined;
    if (before) return this.#settlement.follow([work]);
    if (this.#fill.crowded(work.group)) return this.#settlement.defer(work);
    this.#enqueue(work);
  }

  #takeRetry(source: Source, record: InputRecord): void {
    const { tiers, stage } = this.#options;
    const read = tiers.read(record, source.tier);
    if (!read) return this.#pass(source, record);
    const { unit, operation, ...state } = read.state;
    const work = this.#work(source, read.input, record.offset, { ...unitRef(stage.spec, read.input), id: unit }, operation);
    this.#fill.arrived(work);
    tiers.wait({ ...work, ...state });
  }

  #work(source: Source, record: InputRecord, sourceOffset: bigint, ref: UnitRef, operation: string): Work {
    const { stage, clock } = this.#options;
    const key = orderKeyOf(stage, record);
    return {
      record, ref, key, operation, source, sourceOffset, group: stage.groupOf?.(record) ?? key,
      bytes: bytesOf(record), arrivedAt: source.tier === 0 ? clock.now() : 0, attempt: 1, hop: 0, firstFailureAt: undefined, dueAt: 0,
    };
  }

  /** Nothing is to be done for this record: only its offset moves on. */
  #pass(source: Source, record: InputRecord): void {
    this.commits.add({ records: [], source, offset: record.offset });
  }

  #enqueue(work: Work): void {
    this.#fill.enqueued(work);
    this.#scheduler.add(work.key, work);
  }

  /** Everything that may go on does: retries that are due, handlers, commits, and the flow of records. */
  #turn(): void {
    this.#takeDue();
    this.#startHandlers();
    this.commits.kick();
    this.balance();
  }

  #takeDue(): void {
    const { tiers, clock, observer, sources: [input] } = this.#options;
    if (this.#closed || !this.#started) return;
    // Looked at once: what came due between two looks would be in neither.
    const now = clock.now();
    for (;;) {
      const due = tiers.takeDue(now, input?.watermark.next ?? 0n);
      if (!due) break;
      const { work } = due;
      if (due.kind === 'behind') this.#settlement.send(work, tiers.again(work, 'DOCKET_FOLLOWS'));
      // One that cannot start would stand in the way of others that are due.
      else if (this.#fill.crowded(work.group) || this.#isThrottled(work.group)) this.#settlement.defer(work);
      else {
        observer.overrun(work.source.tier, now - work.dueAt);
        this.#enqueue(work);
      }
    }
    const next = tiers.nextDueAt(now);
    if (next !== undefined) this.#timers.set('due', Math.min(next - now, LOOK_AGAIN_MS), () => this.#turn());
  }

  /** For a while that a retry topic can wait out. */
  #isThrottled(group: string): boolean {
    const ms = this.#gates.remaining(group);
    return ms > 0 && !this.#outlastsRetries(ms);
  }

  #startHandlers(): void {
    const { stage } = this.#options;
    while (this.#started && !this.#paused) {
      const head = this.#scheduler.take();
      if (!head) return;
      const { group } = head.item;
      let throttledFor = this.#gates.remaining(group);
      if (this.#outlastsRetries(throttledFor)) {
        if (!this.#mayProbe(head.item)) {
          this.#gateQueue.leave(head.key);
          this.#settlement.parkClosed(head.item, throttledFor);
          continue;
        }
        throttledFor = 0;
      }
      // Asked last: a gate may count whom it lets through.
      const closedFor = throttledFor > 0 ? throttledFor : (stage.gate?.(group, this.#running(group)) ?? 0);
      // Without groups the gate is one for all, and so is the wait.
      const gate = throttledFor > 0 || stage.groupOf ? group : EVERYONE;
      const mayLeave = closedFor > (stage.policy.retryDelaysMs[0] ?? Infinity) && head.item.source.tier > 0;
      if (closedFor > 0 && !mayLeave) {
        this.#waitAtGate(head.key, gate, closedFor);
        continue;
      }
      const gatedMs = this.#gateQueue.leave(head.key);
      if (mayLeave) this.#settlement.leave(head.item);
      else this.#run(head.item, gatedMs).catch((error: unknown) => this.#options.onFailure(new DocketError('DOCKET_STAGE_BUG', 'the stage failed', { cause: error })));
    }
  }

  /** No retry topic waits so long. */
  #outlastsRetries(ms: number): boolean {
    return ms > (this.#options.stage.policy.retryDelaysMs.at(-1) ?? 0);
  }

  /** Put back since its group was closed: somebody may know that it is open again. */
  #mayProbe({ operation, group, arrivedAt }: Work): boolean {
    return operation !== '' && !this.#gates.closedSince(group, arrivedAt);
  }

  #running(group: string): number {
    let running = 0;
    for (const work of this.#runs.values()) if (work.group === group) running++;
    return running;
  }

  #waitAtGate(key: string, gate: string, ms: number): void {
    this.#scheduler.wait(key);
    this.#gateQueue.wait(key, gate, ms, (keys) => {
      for (const waiting of keys) this.#scheduler.wake(waiting);
      this.#turn();
    });
  }

  /** A handler of the group ended: for one that waits at the gate there may be a place. */
  #wakeAtGate(group: string): void {
    const key = this.#gateQueue.takeFirst(group);
    if (key !== undefined) this.#scheduler.wake(key);
  }

  async #run(work: Work, gatedMs: number): Promise<void> {
    const { stage, clock, observer, window, onStuck } = this.#options;
    const { record } = work;
    const startedAt = clock.now();
    const run = new HandlerRun(clock, startedAt, onStuck);
    this.#runs.set(run, work);
    this.#watchDeadlines();
    observer.started(stage.spec.name, Math.max(0, startedAt - (work.dueAt === 0 ? record.timestamp : work.dueAt)));
    let decoded: Decoded | undefined;
    let result: HandlerResult;
    try {
      if (record.oversized) throw poison('DOCKET_HEADERS_TOO_LARGE', 'key or headers are larger than any writer needs');
      decoded = stage.decode(record);
      const context = new CallContext(this.#options, work, decoded.identity, run, gatedMs);
      result = await run.of(stage.handle, decoded.data, context);
    } catch (error) {
      result = resultOfError(error);
    }
    const ms = clock.now() - startedAt;
    observer.handled(stage.spec.name, ms);
    window.handled(ms);
    this.#runs.delete(run);
    this.#wake();
    if (this.#closed) return;
    this.#fill.dequeued(work);
    this.#settlement.settle(work, decoded ?? unreadable(record), result, startedAt);
    if (stage.gate && stage.groupOf) this.#wakeAtGate(work.group);
    this.#startHandlers();
    this.#turnSoon();
  }

  /** Once all that can run now has run: what finishes together is committed together. */
  #turnSoon(): void {
    if (this.#turning) return;
    this.#turning = true;
    this.#options.defer(() => {
      this.#turning = false;
      if (!this.#closed) this.#turn();
    });
  }

  /** All handlers have the same deadline, so the one that started first reaches it first: one timer does for all. */
  #watchDeadlines(): void {
    const { clock, stage } = this.#options;
    if (this.#timers.has('deadline')) return;
    const now = clock.now();
    for (const run of this.#runs.keys()) {
      const left = run.startedAt + stage.policy.handlerDeadlineMs - now;
      if (left > 0) return this.#timers.set('deadline', left, () => this.#watchDeadlines());
      run.abort(new DocketError('DOCKET_HANDLER_DEADLINE', 'the handler exceeded its deadline', { kind: 'retriable' }));
    }
  }

  /** The transaction of this unit is acknowledged. */
  landed(work: Work, entry: LedgerEntry | undefined): void {
    this.#fill.landed(work);
    // A duplicate has no entry, and the flight is the first one's.
    if (!entry || this.#closed) return;
    this.#options.admission.landed(work.ref);
    if (entry.state === 'parked') this.#options.parked.add(entry);
  }

  /** Holds the windows: each source pauses at its bound. */
  balance(): void {
    if (this.#closed) return;
    const { sources, port } = this.#options;
    for (const source of sources) {
      const fill = source.tier === 0 ? this.#fill.ofInput(source) : this.#fill.ofRetry(source, sources.length - 1);
      if (!source.paused && fill >= 1) {
        source.paused = true;
        port.pause(source.topic);
      } else if (source.paused && fill <= RESUME_AT) {
        source.paused = false;
        port.resume(source.topic);
      }
    }
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
