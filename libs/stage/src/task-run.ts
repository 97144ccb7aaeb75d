import { DocketError, poison, type Clock, type DocketCode } from '@docket/contracts';
import type { AdaptiveWindow } from './adaptive-window.js';
import type { Admission, Verdict } from './admission.js';
import { DeadLetterLimit } from './dead-letter-limit.js';
import { dispositionOf } from './disposition.js';
import { contentDuplicate, deadLetter, duplicate, effectOf, retry, type Effect, type EffectInput, type Final } from './effect.js';
import { Gates } from './gates.js';
import type { Finished, GroupCommit } from './group-commit.js';
import { park, resultOfError, type HandlerResult } from './handler-result.js';
import { KeyedScheduler } from './keyed-scheduler.js';
import type { LedgerEntry, LedgerState } from './ledger/ledger-entry.js';
import { noCalls, type OutsideCalls } from './outside-calls.js';
import type { ParkedUntil } from './parked-until.js';
import type { PartitionOperations } from './partition-operations.js';
import type { Decoded, InputRecord } from './record.js';
import { retryStep } from './retry-plan.js';
import type { RetryTiers } from './retry-tiers.js';
import { HandlerRun } from './run-handler.js';
import type { Source } from './source.js';
import type { Disposition, HandlerContext, Stage, StageLog, StageObserver } from './stage.js';
import type { TaskPort } from './task-port.js';
import { orderKeyOf } from './order-key.js';
import { correlationIdOf, unitRef, type UnitRef } from './unit-ref.js';
import { unreadable } from './unreadable.js';
import type { Work } from './work.js';

/** How many windows of records may be done and wait for the watermark. */
const UNCOMMITTED_WINDOWS = 8;
/** Records of a retry topic in memory at which it is paused. */
const MOST_AHEAD = 200;
/** A commit for markers alone waits so long for something better to do. */
const MARKER_MS = 1_000;
const DEFAULT_THROTTLE_MS = 1_000;
const BAD_DEPLOY: ReadonlySet<string> = new Set(['DOCKET_UNEXPECTED', 'DOCKET_HANDLER_DEADLINE']);

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
  readonly #limit: DeadLetterLimit;
  readonly #runs = new Map<HandlerRun, Work>();
  readonly #groups = new Map<string, number>();
  readonly #gated = new Map<string, string[]>();
  readonly #timers = new Map<string, () => void>();
  #records = 0;
  #bytes = 0;
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
    this.#limit = new DeadLetterLimit(options.stage.policy.deadLetterLimit);
  }

  get held(): number {
    return this.#options.tiers.size;
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
    for (const cancel of this.#timers.values()) cancel();
    for (const run of this.#runs.keys()) run.abort(reason);
  }

  accept(topic: string, records: readonly InputRecord[]): void {
    if (this.#closed) return;
    const source = this.#options.sources.find((candidate) => candidate.topic === topic);
    if (!source) return this.operations.offer(topic, records);
    for (const record of records) {
      if (record.offset < source.watermark.next) continue;
      source.watermark.open(record.offset);
      if (source.tier === 0) this.#takeInput(source, record);
      else this.#takeRetry(source, record);
    }
    this.#takeDue();
    this.#startHandlers();
    this.#turnSoon();
    this.balance();
  }

  /** Everything of the topic before this offset was delivered, or is nothing for us. */
  passed(topic: string, next: bigint): void {
    const source = this.#options.sources.find((candidate) => candidate.topic === topic);
    if (!source) return this.operations.passed(topic, next);
    if (next <= source.watermark.next) return;
    source.watermark.pass(next);
    // Else a partition that is drained would seem to lag for ever.
    if (!this.#timers.has('marker')) this.#timer('marker', MARKER_MS, () => this.#commitMarkers());
    this.balance();
  }

  #commitMarkers(): void {
    if (!this.#started || !this.commits.quiet) return;
    if (this.#options.sources.every(({ watermark, sent }) => watermark.committable === sent)) return;
    this.commits.add({ records: [] });
    this.commits.kick();
  }

  #takeInput(source: Source, record: InputRecord): void {
    const { admission, tiers, stage, observer } = this.#options;
    observer.received(stage.spec.name);
    const verdict = admission.admit(record);
    if (verdict.kind === 'redelivered') return this.#pass(source, record);
    const work = this.#work(source, record, record.offset, verdict.ref, verdict.kind === 'new' ? verdict.operation : '');
    this.#records++;
    this.#bytes += work.bytes;
    if (verdict.kind !== 'new') return this.#refuse(work, verdict);
    const before = work.operation === '' ? tiers.last(work.key) : undefined;
    if (before) return this.#follow([work]);
    if (this.#crowded(work.group)) return this.#defer(work);
    this.#enqueue(work);
  }

  #takeRetry(source: Source, record: InputRecord): void {
    const { tiers, stage } = this.#options;
    const read = tiers.read(record, source.tier);
    if (!read) return this.#pass(source, record);
    const { unit, operation, ...state } = read.state;
    source.ahead++;
    tiers.wait({ ...this.#work(source, read.input, record.offset, { ...unitRef(stage.spec, read.input), id: unit }, operation), ...state });
  }

  #work(source: Source, record: InputRecord, sourceOffset: bigint, ref: UnitRef, operation: string): Work {
    const { stage } = this.#options;
    const key = orderKeyOf(stage, record);
    return {
      record, ref, key, operation, source, sourceOffset, group: stage.groupOf?.(record) ?? key,
      bytes: (record.value?.length ?? 0) + 1024, attempt: 1, hop: 0, firstFailureAt: undefined, dueAt: 0,
    };
  }

  /** Nothing is to be done for this record: only its offset moves on. */
  #pass(source: Source, record: InputRecord): void {
    this.commits.add({ records: [], source, offset: record.offset });
  }

  #enqueue(work: Work): void {
    this.#groups.set(work.group, (this.#groups.get(work.group) ?? 0) + 1);
    this.#scheduler.add(work.key, work);
  }

  #dequeue(work: Work): void {
    const left = (this.#groups.get(work.group) ?? 1) - 1;
    if (left > 0) this.#groups.set(work.group, left);
    else this.#groups.delete(work.group);
  }

  /** A group that shares a fate may take half of the window: the rest of it must not stand in the way of others. */
  #crowded(group: string): boolean {
    return this.#options.stage.groupOf !== undefined && (this.#groups.get(group) ?? 0) >= Math.max(1, this.#options.window.bound / 2);
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
    for (;;) {
      const due = tiers.takeDue(clock.now(), input?.watermark.next ?? 0n);
      if (!due) break;
      const { work } = due;
      if (due.kind === 'behind') this.#finish(work, tiers.again(work, 'DOCKET_FOLLOWS'));
      else if (this.#crowded(work.group)) this.#defer(work);
      else {
        observer.overrun(work.source.tier, clock.now() - work.dueAt);
        this.#enqueue(work);
      }
    }
    const next = tiers.nextDueAt(clock.now());
    if (next !== undefined) this.#timer('due', next - clock.now(), () => this.#turn());
  }

  #startHandlers(): void {
    const { stage } = this.#options;
    while (this.#started && !this.#paused) {
      const head = this.#scheduler.take();
      if (!head) return;
      const { group } = head.item;
      const closedFor = Math.max(this.#gates.remaining(group), stage.gate?.(group) ?? 0);
      if (closedFor > 0) this.#waitAtGate(head.key, group, closedFor);
      else this.#run(head.item).catch((error: unknown) => this.#options.onFailure(new DocketError('DOCKET_STAGE_BUG', 'the stage failed', { cause: error })));
    }
  }

  #waitAtGate(key: string, group: string, ms: number): void {
    this.#scheduler.wait(key);
    const keys = this.#gated.get(group);
    if (keys) keys.push(key);
    else this.#gated.set(group, [key]);
    this.#timer(`gate ${group}`, ms, () => {
      const waiting = this.#gated.get(group) ?? [];
      this.#gated.delete(group);
      for (const waitingKey of waiting) this.#scheduler.wake(waitingKey);
      this.#turn();
    });
  }

  async #run(work: Work): Promise<void> {
    const { stage, clock, log, observer, window, calls, onStuck } = this.#options;
    const { record, key, attempt } = work;
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
      const context: HandlerContext = {
        stage: stage.spec, record, identity: decoded.identity, attempt, orderKey: key, clock, log, calls: calls?.of(work, () => run.signal) ?? noCalls,
        get signal() {
          return run.signal;
        },
      };
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
    this.#dequeue(work);
    this.#settle(work, decoded ?? unreadable(record), result);
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
      if (left > 0) return this.#timer('deadline', left, () => this.#watchDeadlines());
      run.abort(new DocketError('DOCKET_HANDLER_DEADLINE', 'the handler exceeded its deadline', { kind: 'retriable' }));
    }
  }

  #settle(work: Work, { identity }: Decoded, result: HandlerResult): void {
    if (result.kind === 'critical') {
      this.#observe('critical');
      return this.#options.onFailure(result.error);
    }
    const input = this.#input(work, identity);
    if (result.kind === 'throttled') return this.#throttled(work, input, result.code, result.retryAfterMs ?? DEFAULT_THROTTLE_MS);
    if (result.kind === 'retriable') return this.#failed(work, input, result.code, result.message, result.retryAfterMs ?? 0);
    this.#over(work, input, effectOf(input, result), dispositionOf(result), stateOf(result), result.kind === 'park' ? (result.dueAt ?? 0) : 0);
  }

  #input(work: Work, identity: EffectInput['identity']): EffectInput {
    const { stage, clock } = this.#options;
    return {
      spec: stage.spec, record: work.record, identity, unit: work.ref.id, attempt: work.attempt, now: clock.now(),
      ...(work.firstFailureAt !== undefined && { firstFailureAt: work.firstFailureAt }),
    };
  }

  /** A 429: the group waits, and no try is used up. */
  #throttled(work: Work, input: EffectInput, code: DocketCode, ms: number): void {
    const { stage, random } = this.#options;
    this.#gates.close(work.group, ms);
    const step = retryStep(stage.policy.retryDelaysMs, 1, ms, random());
    if (step) return this.#again(work, input, 'throttled', code, step, work.attempt);
    const result = park(code, 'throttled for longer than any retry topic waits', 'rate-limit', 'parked', undefined, input.now + ms) as Final;
    this.#over(work, input, effectOf(input, result), 'parked', 'parked', input.now + ms);
  }

  #failed(work: Work, input: EffectInput, code: DocketCode, message: string, retryAfterMs: number): void {
    const { stage, random, clock, log, observer } = this.#options;
    const { policy, spec } = stage;
    const failed: Work = { ...work, firstFailureAt: work.firstFailureAt ?? clock.now() };
    const tiers = policy.retryDelaysMs;
    const step = retryStep(tiers, Math.min(work.attempt, tiers.length), Math.min(retryAfterMs, tiers.at(-1) ?? 0), random());
    if (work.attempt < policy.maxAttempts && step) return this.#again(failed, input, 'retried', code, step, work.attempt + 1);
    log.error('tries used up', { ...this.#fields(work, input), code });
    if (this.#limit.add(BAD_DEPLOY.has(code))) {
      observer.limitTripped(spec.name);
      return this.#options.onFailure(new DocketError('DOCKET_DEAD_LETTER_LIMIT', 'nearly every unit fails unexpectedly: the stage stops instead of dead-lettering them all'));
    }
    this.#over(failed, input, deadLetter(input, 'retry-exhausted', code, message), 'dead_lettered', 'dead', 0);
  }

  /** To a retry topic, with all that is behind it in its key. */
  #again(work: Work, input: EffectInput, how: 'retried' | 'throttled', code: DocketCode, step: { tier: number; delayMs: number }, attempt: number): void {
    const { tiers, observer, stage, log, calls } = this.#options;
    const followers = this.#scheduler.leave(work.key);
    const passage = tiers.send(work, 'retrying', { tier: step.tier, dueAt: input.now + step.delayMs, attempt, firstFailureAt: work.firstFailureAt }, code);
    const effect = retry(input, how, code, passage.record);
    log.warn(how === 'retried' ? 'will be tried again' : 'throttled', { ...this.#fields(work, input), code, duration_ms: Math.round(step.delayMs) });
    this.#observe('retried');
    observer.scheduled(stage.spec.name, step.tier);
    this.#close(work, { ...effect, records: [...effect.records, ...(calls?.ending(work, false) ?? [])] }, passage.entry);
    for (const follower of followers) this.#dequeue(follower);
    this.#follow(followers);
  }

  /** Units whose key has one on the retry topics go behind it. */
  #follow(works: readonly Work[]): void {
    const { tiers, observer, stage } = this.#options;
    for (const work of works) {
      const before = tiers.last(work.key);
      if (!before) throw new Error('a follower has nobody to follow');
      observer.scheduled(stage.spec.name, before.tier);
      this.#finish(work, tiers.sendBehind(work, before, 'DOCKET_FOLLOWS'));
    }
  }

  /** Its group has its share of the window: off to the first retry topic that outlasts its gate, and no try is used up. */
  #defer(work: Work): void {
    const { tiers, stage, clock, random, observer } = this.#options;
    const delays = stage.policy.retryDelaysMs;
    const step = retryStep(delays, 1, this.#gates.remaining(work.group), random()) ?? retryStep(delays, delays.length, 0, random());
    if (!step) return this.#enqueue(work);
    observer.scheduled(stage.spec.name, step.tier);
    const to = { tier: step.tier, dueAt: clock.now() + step.delayMs, attempt: work.attempt, firstFailureAt: work.firstFailureAt };
    this.#finish(work, tiers.send(work, 'retrying', to, 'DOCKET_DEFERRED'));
  }

  #finish(work: Work, passage: { readonly record: Effect['records'][number]; readonly entry: LedgerEntry }): void {
    this.#close(work, { records: [passage.record] }, passage.entry);
  }

  /** The unit's way through this stage ends. */
  #over(work: Work, input: EffectInput, effect: Effect, disposition: Disposition, state: LedgerState, dueAt: number): void {
    const { tiers, observer, log, calls, stage } = this.#options;
    this.#scheduler.finish(work.key);
    tiers.finish(work.ref.id);
    if (state !== 'dead') this.#limit.add(false);
    if (disposition === 'dead_lettered') observer.deadLettered(stage.spec.name, effect.step.code);
    if (disposition !== 'ok') log.info(effect.step.step, { ...this.#fields(work, input), code: effect.step.code });
    this.#observe(disposition);
    if (effect.outcome) observer.ended(effect.outcome, input.identity, input.now);
    const entry = entryOf(work, work.ref, state, dueAt);
    if (work.operation !== '') this.operations.ended(work.operation, work.ref.id, state === 'dead');
    this.#close(work, { ...effect, records: [...effect.records, ...(calls?.ending(work, true) ?? [])] }, entry);
  }

  /** Seen before: no handler runs. */
  #refuse(work: Work, verdict: Exclude<Verdict, { kind: 'new' | 'redelivered' }>): void {
    const { stage, observer } = this.#options;
    const input = this.#input(work, this.#identify(work.record).identity);
    if (verdict.kind === 'duplicate') {
      this.#observe('duplicate');
      return this.#close(work, duplicate(input), undefined);
    }
    if (verdict.kind === 'content') {
      const effect = contentDuplicate(input, correlationIdOf(verdict.first));
      this.#observe('duplicate');
      observer.ended('duplicate', input.identity, input.now);
      return this.#close(work, effect, entryOf(work, verdict.ref, 'done', 0));
    }
    this.#observe('conflict');
    const effect = effectOf(input, { kind: 'conflict', code: 'DOCKET_CONFLICT', message: `the stage ${stage.spec.name} has another payload under this id` });
    this.#close(work, effect, entryOf(work, verdict.ref, 'done', 0));
  }

  #identify(record: InputRecord): Decoded {
    try {
      return this.#options.stage.decode(record);
    } catch {
      return unreadable(record);
    }
  }

  #close(work: Work, effect: Partial<Effect> & Pick<Effect, 'records'>, entry: LedgerEntry | undefined): void {
    const finished: Finished = {
      records: effect.records,
      source: work.source,
      offset: work.sourceOffset,
      ...(effect.step && { step: effect.step }),
      ...(entry && { entry }),
      onCommitted: () => {
        if (work.source.tier === 0) {
          this.#records--;
          this.#bytes -= work.bytes;
        } else {
          work.source.ahead--;
        }
        // A duplicate has no entry, and the flight is the first one's.
        if (entry) this.#options.admission.landed(work.ref);
        if (entry?.state === 'parked') this.#options.parked.add(entry);
      },
    };
    this.commits.add(finished);
  }

  /** Holds the windows: each source pauses at its bound and resumes at half of it. */
  balance(): void {
    if (this.#closed) return;
    const { stage, sources, tiers, window } = this.#options;
    const { policy } = stage;
    for (const source of sources) {
      let fill: number;
      if (source.tier === 0) {
        // Records done behind one that waits cannot be committed: they are bounded too, or a crash would repeat them all.
        const uncommitted = source.watermark.pending / (policy.windowRecords * UNCOMMITTED_WINDOWS);
        const held = source.watermark.next > tiers.lastOrigin ? tiers.size / policy.maxHeld : 0;
        fill = Math.max(this.#records / window.bound, this.#bytes / policy.windowBytes, uncommitted, held);
      } else {
        // Only this task writes there, so where it has nothing there is nothing to fetch.
        const wanted = tiers.waiting(source.tier) > 0 || source.watermark.next < source.end;
        fill = wanted ? source.ahead / MOST_AHEAD : 1;
      }
      if (!source.paused && fill >= 1) {
        source.paused = true;
        this.#options.port.pause(source.topic);
      } else if (source.paused && fill <= 0.5) {
        source.paused = false;
        this.#options.port.resume(source.topic);
      }
    }
  }

  #observe(disposition: Disposition): void {
    this.#options.observer.disposed(this.#options.stage.spec.name, disposition);
  }

  #fields(work: Work, { identity, spec, record }: EffectInput): object {
    return {
      stage: spec.name, topic: record.topic, partition: record.partition, offset: String(record.offset), attempt: work.attempt,
      correlation_id: identity.correlationId, batch_trace_id: identity.batchTraceId,
    };
  }

  /** One timer a name; the earlier one goes. */
  #timer(name: string, ms: number, fn: () => void): void {
    this.#timers.get(name)?.();
    const cancel = this.#options.clock.schedule(Math.max(0, ms), () => {
      this.#timers.delete(name);
      if (!this.#closed) fn();
    });
    this.#timers.set(name, cancel);
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}

function stateOf(result: Final): LedgerState {
  if (result.kind === 'park') return 'parked';
  return result.kind === 'poison' ? 'dead' : 'done';
}

function entryOf({ record, attempt, hop, operation }: Work, ref: UnitRef, state: LedgerState, dueAt: number): LedgerEntry {
  return {
    id: ref.id, digest: ref.digest, subject: ref.subject, offset: record.offset, at: record.timestamp, state, attempt, hop,
    ...(state === 'done' && operation !== '' && { afterDead: true }),
    ...(dueAt > 0 && { pending: { tier: 0, dueAt: Math.round(dueAt), orderKey: '', operation: '', dead: operation !== '' } }),
  };
}
