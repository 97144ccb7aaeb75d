import { DocketError, HEADER, poison, type Clock } from '@docket/contracts';
import { dispositionOf } from './disposition.js';
import { deadLetter, effectOf, stepOnly, type Effect, type EffectInput, type StepRecord } from './effect.js';
import { Gates } from './gates.js';
import { resultOfError, type HandlerResult } from './handler-result.js';
import { KeyedScheduler } from './keyed-scheduler.js';
import type { Decoded, InputRecord, OutputRecord } from './record.js';
import { nextDelay } from './retry-plan.js';
import { runHandler } from './run-handler.js';
import type { Disposition, Stage, StageLog, StageObserver } from './stage.js';
import { unreadable } from './unreadable.js';
import { Watermark } from './watermark.js';

/** How many windows of records may be done and wait for the watermark. */
const UNCOMMITTED_WINDOWS = 8;

/** What a task needs of the broker. Every promise resolves only after the broker's acknowledgement. */
export interface TaskPort {
  audit(steps: readonly StepRecord[]): Promise<void>;
  write(records: readonly OutputRecord[]): Promise<void>;
  /** Commits the offset of the next record to read. */
  commit(offset: bigint): Promise<void>;
  /** Stops and restarts the flow of new records; those already fetched still arrive. */
  pause(): void;
  resume(): void;
}

export interface TaskOptions {
  readonly stage: Stage;
  readonly port: TaskPort;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  /** In [0, 1). */
  readonly random: () => number;
  /** The task can go no further; nothing that is not committed yet will be. */
  readonly onFailure: (error: Error) => void;
}

interface Entry {
  readonly record: InputRecord;
  readonly bytes: number;
  attempt: number;
  firstFailureAt?: number;
}

interface Finished {
  readonly effect: Effect;
  /** Set where the record is done; a retry leaves its offset open. */
  readonly closes?: Entry;
}

/**
 * One partition of a stage. Handles records of one order key one at a time and in order, different keys side
 * by side; retries in place. What finished since the last commit is committed together: audit first, then
 * outputs, then the offset watermark, each acknowledged before the next. A crash in between repeats work, it
 * loses none.
 */
export class Task {
  readonly #options: TaskOptions;
  readonly #scheduler: KeyedScheduler<Entry>;
  readonly #gates: Gates;
  readonly #watermark = new Watermark();
  readonly #controllers = new Set<AbortController>();
  readonly #cancels = new Set<() => void>();
  #finished: Finished[] = [];
  #state: 'new' | 'running' | 'draining' | 'closed' = 'new';
  #committing = false;
  #paused = false;
  #records = 0;
  #bytes = 0;
  #idle: (() => void)[] = [];

  constructor(options: TaskOptions) {
    this.#options = options;
    this.#scheduler = new KeyedScheduler(options.stage.policy.concurrency);
    this.#gates = new Gates(options.clock);
  }

  /** Takes records in offset order; one that it holds already, delivered again after a seek, is passed over. */
  accept(records: readonly InputRecord[]): void {
    if (this.#state === 'closed') return;
    for (const record of records) {
      if (record.offset < this.#watermark.next) continue;
      const entry: Entry = { record, bytes: sizeOf(record), attempt: 1 };
      this.#watermark.open(record.offset);
      this.#records++;
      this.#bytes += entry.bytes;
      this.#scheduler.add(this.#orderKey(record), entry);
      this.#options.observer.received(this.#name);
    }
    this.#balance();
    this.#pump();
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    this.#pump();
  }

  /** Starts no further handler; resolves when those under way are settled and committed. */
  async drain(): Promise<void> {
    if (this.#state !== 'closed') this.#state = 'draining';
    while (this.#state !== 'closed' && !this.#quiet) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Aborts what is under way and commits nothing more; resolves when all handlers have settled. */
  async close(): Promise<void> {
    this.#state = 'closed';
    for (const cancel of this.#cancels) cancel();
    const reason = new DocketError('DOCKET_REVOKED', 'the partition was revoked or the service stops', { kind: 'retriable' });
    for (const controller of this.#controllers) controller.abort(reason);
    this.#wakeIdle();
    while (this.#controllers.size > 0 || this.#committing) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get #name(): string {
    return this.#options.stage.spec.name;
  }

  get #quiet(): boolean {
    return this.#controllers.size === 0 && this.#finished.length === 0 && !this.#committing;
  }

  #orderKey(record: InputRecord): string {
    const header = this.#options.stage.spec.orderBy === 'header' ? record.headers[HEADER.orderKey] : undefined;
    return header ?? record.key ?? '';
  }

  #pump(): void {
    while (this.#state === 'running') {
      const head = this.#scheduler.take();
      if (!head) return;
      const closedFor = this.#gates.remaining(this.#group(head.item.record));
      if (closedFor > 0) this.#waitInPlace(head.key, closedFor);
      else void this.#run(head.key, head.item);
    }
  }

  async #run(key: string, entry: Entry): Promise<void> {
    const { stage, clock, log, observer, onFailure } = this.#options;
    const { record } = entry;
    const controller = new AbortController();
    this.#controllers.add(controller);
    const startedAt = clock.now();
    observer.started(this.#name, Math.max(0, startedAt - record.timestamp));
    let decoded = unreadable(record);
    let result: HandlerResult;
    try {
      if (record.oversized) throw poison('DOCKET_HEADERS_TOO_LARGE', 'key or headers are larger than any writer needs');
      decoded = stage.decode(record);
      const context = { stage: stage.spec, record, identity: decoded.identity, attempt: entry.attempt, orderKey: key, clock, log };
      result = await runHandler(stage.handle, decoded.data, context, {
        clock, deadlineMs: stage.policy.handlerDeadlineMs, controller, onStuck: onFailure,
      });
    } catch (error) {
      result = resultOfError(error);
    }
    observer.handled(this.#name, clock.now() - startedAt);
    this.#controllers.delete(controller);
    if (this.#state === 'closed') return this.#wakeIdle();
    this.#settle(key, entry, decoded, result);
    this.#commitLoop();
    this.#pump();
  }

  #settle(key: string, entry: Entry, { identity }: Decoded, result: HandlerResult): void {
    const { stage, clock, random, log } = this.#options;
    const { record } = entry;
    const input: EffectInput = {
      spec: stage.spec, record, identity, attempt: entry.attempt, now: clock.now(),
      ...(entry.firstFailureAt !== undefined && { firstFailureAt: entry.firstFailureAt }),
    };
    const fields = {
      stage: this.#name, topic: record.topic, partition: record.partition, offset: String(record.offset), attempt: entry.attempt,
      correlation_id: identity.correlationId, batch_trace_id: identity.batchTraceId,
    };
    if (result.kind === 'critical') return this.#fail(result.error);
    if (result.kind === 'throttled') {
      const ms = Math.min(Math.max(result.retryAfterMs ?? 1000, 50), stage.policy.maxThrottleMs);
      this.#gates.close(this.#group(record), ms);
      this.#waitInPlace(key, ms);
      log.warn('throttled', { ...fields, code: result.code, duration_ms: ms });
      return this.#finish({ effect: stepOnly(input, 'throttled', result.code) }, 'retried');
    }
    if (result.kind === 'retriable') {
      entry.firstFailureAt ??= clock.now();
      const wait = Math.min(result.retryAfterMs ?? 0, stage.policy.maxThrottleMs);
      const delay = nextDelay(stage.policy.retry, entry.attempt, random(), wait);
      if (delay === undefined) {
        log.error('tries used up', { ...fields, code: result.code });
        this.#scheduler.finish(key);
        return this.#finish({ effect: deadLetter(input, 'retry-exhausted', result.code, result.message), closes: entry }, 'dead_lettered');
      }
      log.warn('will be tried again', { ...fields, code: result.code, duration_ms: Math.round(delay) });
      this.#waitInPlace(key, delay);
      entry.attempt++;
      return this.#finish({ effect: stepOnly(input, 'retried', result.code) }, 'retried');
    }
    this.#scheduler.finish(key);
    const effect = effectOf(input, result);
    log.info(effect.step.step, { ...fields, code: effect.step.code, duration_ms: clock.now() - record.timestamp });
    this.#finish({ effect, closes: entry }, dispositionOf(result));
  }

  #finish(finished: Finished, disposition: Disposition): void {
    const { observer, clock } = this.#options;
    this.#finished.push(finished);
    observer.disposed(this.#name, disposition);
    if (disposition === 'dead_lettered') observer.deadLettered(this.#name, finished.effect.step.code);
    const { outcome, step } = finished.effect;
    if (outcome) observer.ended(outcome, step.identity, clock.now());
  }

  /** The head of `key` gives its place to others and is started again after `ms`. */
  #waitInPlace(key: string, ms: number): void {
    this.#scheduler.wait(key);
    const cancel = this.#options.clock.schedule(ms, () => {
      this.#cancels.delete(cancel);
      this.#scheduler.wake(key);
      this.#pump();
    });
    this.#cancels.add(cancel);
  }

  #commitLoop(): void {
    if (this.#committing || this.#finished.length === 0) return;
    this.#committing = true;
    this.#commitGroups().then(
      () => {
        this.#committing = false;
        // What finished after the last look of the loop has no other to start its commit.
        this.#commitLoop();
        this.#wakeIdle();
      },
      (error: unknown) => {
        this.#committing = false;
        this.#fail(error instanceof Error ? error : new Error('commit failed', { cause: error }));
        this.#wakeIdle();
      },
    );
  }

  async #commitGroups(): Promise<void> {
    const { port } = this.#options;
    while (this.#finished.length > 0 && this.#state !== 'closed') {
      const group = this.#finished;
      this.#finished = [];
      await port.audit(group.map((finished) => finished.effect.step));
      if (this.#isClosed()) return;
      const records = group.flatMap((finished) => finished.effect.records);
      if (records.length > 0) await port.write(records);
      if (this.#isClosed()) return;
      const before = this.#watermark.committable;
      for (const { closes } of group) {
        if (!closes) continue;
        this.#watermark.close(closes.record.offset);
        this.#records--;
        this.#bytes -= closes.bytes;
      }
      const offset = this.#watermark.committable;
      if (offset !== undefined && offset !== before) await port.commit(offset);
      this.#balance();
    }
  }

  /** Asked anew after each wait: the state may have changed meanwhile. */
  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Holds the window: pauses at its bound, resumes at half of it. */
  #balance(): void {
    const { policy } = this.#options.stage;
    // Records done behind one that waits cannot be committed: they are bounded too, or a crash would repeat them all.
    const uncommitted = this.#watermark.pending / (policy.windowRecords * UNCOMMITTED_WINDOWS);
    const fill = Math.max(this.#records / policy.windowRecords, this.#bytes / policy.windowBytes, uncommitted);
    if (!this.#paused && fill >= 1) {
      this.#paused = true;
      this.#options.port.pause();
    } else if (this.#paused && fill <= 0.5) {
      this.#paused = false;
      this.#options.port.resume();
    }
  }

  #group(record: InputRecord): string {
    return this.#options.stage.groupOf?.(record) ?? record.key ?? '';
  }

  #fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#wakeIdle();
    this.#options.onFailure(error);
  }

  #wakeIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}

function sizeOf(record: InputRecord): number {
  return (record.value?.length ?? 0) + (record.key?.length ?? 0) + 1024;
}
