import { DocketError, isDocketError, type Clock, type DocketCode } from '@docket/contracts';
import type { Verdict } from './admission.js';
import { DeadLetterLimit } from './dead-letter-limit.js';
import { dispositionOf } from './disposition.js';
import { contentDuplicate, deadLetter, duplicate, effectOf, retry, type Effect, type EffectInput, type Final } from './effect.js';
import { entryOf, stateOf } from './final-entry.js';
import type { Gates } from './gates.js';
import type { GroupCommit } from './group-commit.js';
import { park, type HandlerResult } from './handler-result.js';
import type { KeyedScheduler } from './keyed-scheduler.js';
import type { LedgerEntry, LedgerState } from './ledger/ledger-entry.js';
import type { OutsideCalls } from './outside-calls.js';
import type { PartitionOperations } from './partition-operations.js';
import type { Decoded, InputRecord } from './record.js';
import { retryStep } from './retry-plan.js';
import type { Passage, RetryTiers } from './retry-tiers.js';
import type { Disposition, Stage, StageLog, StageObserver } from './stage.js';
import { correlationIdOf } from './unit-ref.js';
import { unreadable } from './unreadable.js';
import type { Work } from './work.js';

/** Topics inside take 1 MiB, headers and all. */
const MAX_EVENT_BYTES = 960 * 1024;
/** Laps before a unit that is put off goes one tier further, and their power for each further one, as a power of two. */
const LAPS_LOG2 = 3;
const DEFAULT_THROTTLE_MS = 1_000;
const BAD_DEPLOY: ReadonlySet<string> = new Set(['DOCKET_UNEXPECTED', 'DOCKET_HANDLER_DEADLINE']);

export interface SettlementOptions {
  readonly stage: Stage;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  readonly random: () => number;
  readonly tiers: RetryTiers;
  readonly commits: GroupCommit;
  readonly operations: PartitionOperations;
  readonly calls: OutsideCalls | undefined;
  readonly scheduler: KeyedScheduler<Work>;
  readonly gates: Gates;
  /** Puts a unit into its key's queue, and takes one that leaves it out of its group's count. */
  readonly enqueue: (work: Work) => void;
  readonly dequeue: (work: Work) => void;
  readonly onFailure: (error: Error) => void;
}

/** What becomes of a unit, by what its handler said or the ledger knew: to the commits with it, and on with its key. */
export class Settlement {
  readonly #options: SettlementOptions;
  readonly #limit: DeadLetterLimit;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#limit = new DeadLetterLimit(options.stage.policy.deadLetterLimit);
  }

  /** What a handler said of its unit. `startedAt`: milliseconds since the epoch. */
  settle(work: Work, { identity }: Decoded, result: HandlerResult, startedAt: number): void {
    if (result.kind === 'critical') {
      this.#observe('critical');
      const { error } = result;
      return this.#options.onFailure(isDocketError(error) && error.kind === 'critical' ? error : new DocketError('DOCKET_CRITICAL', 'the handler says that it cannot go on', { cause: error }));
    }
    const input = this.#input(work, identity);
    // Somebody put it back although its group was closed, and was right; unless it was closed since.
    const { gates } = this.#options;
    if (work.operation !== '' && result.kind === 'emit' && !gates.closedSince(work.group, startedAt)) gates.open(work.group);
    if (result.kind === 'emit' && result.events.some(({ value }) => value.length > MAX_EVENT_BYTES)) {
      const poisonous: Final = { kind: 'poison', code: 'DOCKET_OUTPUT_TOO_LARGE', message: 'the handler wrote an event that no topic takes' };
      return this.#over(work, input, effectOf(input, poisonous), 'dead_lettered', 'dead', 0);
    }
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
    this.#options.gates.close(work.group, ms);
    const step = retryStep(stage.policy.retryDelaysMs, 1, ms, random());
    if (step) this.#again(work, input, 'throttled', code, step, work.attempt);
    else this.#parkFor(work, input, code, ms);
  }

  /** The head of a key whose group is closed for longer than any retry topic waits: it must not hold its partition's offset until then. */
  parkClosed(work: Work, ms: number): void {
    this.#options.dequeue(work);
    this.#parkFor(work, this.#input(work, this.#identify(work.record).identity), 'DOCKET_THROTTLED', ms);
  }

  #parkFor(work: Work, input: EffectInput, code: DocketCode, ms: number): void {
    const dueAt = input.now + ms;
    const result = park(code, 'throttled for longer than any retry topic waits', 'rate-limit', 'parked', undefined, dueAt) as Final;
    this.#over(work, input, effectOf(input, result), 'parked', 'parked', dueAt);
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
      return this.#options.onFailure(new DocketError('DOCKET_DEAD_LETTER_LIMIT', 'more units fail unexpectedly than the limit allows: the stage stops instead of dead-lettering them all'));
    }
    this.#over(failed, input, deadLetter(input, 'retry-exhausted', code, message), 'dead_lettered', 'dead', 0);
  }

  /** To a retry topic, with all that is behind it in its key. */
  #again(work: Work, input: EffectInput, how: 'retried' | 'throttled', code: DocketCode, step: { tier: number; delayMs: number }, attempt: number): void {
    const { tiers, observer, stage, log, calls } = this.#options;
    const followers = this.#options.scheduler.leave(work.key);
    const passage = tiers.send(work, 'retrying', { tier: step.tier, dueAt: input.now + step.delayMs, attempt, firstFailureAt: work.firstFailureAt }, code);
    const effect = retry(input, how, code, passage.record);
    log.warn(how === 'retried' ? 'will be tried again' : 'throttled', { ...this.#fields(work, input), code, duration_ms: Math.round(step.delayMs) });
    this.#observe('retried');
    observer.scheduled(stage.spec.name, step.tier);
    this.#close(work, { ...effect, records: [...effect.records, ...(calls?.ending(work, false) ?? [])] }, passage.entry);
    for (const follower of followers) this.#options.dequeue(follower);
    this.follow(followers);
  }

  /** Units whose key has one on the retry topics go behind it. */
  follow(works: readonly Work[]): void {
    const { tiers, observer, stage } = this.#options;
    for (const work of works) {
      const before = tiers.last(work.key);
      if (!before) throw new Error('a follower has nobody to follow');
      observer.scheduled(stage.spec.name, before.tier);
      this.send(work, tiers.sendBehind(work, before, 'DOCKET_FOLLOWS'));
    }
  }

  /** Its group has its share of the window: off to a retry topic that outlasts its gate, and no try is used up. */
  defer(work: Work): void {
    const passage = this.#putOff(work);
    if (passage) this.send(work, passage);
    else this.#options.enqueue(work);
  }

  /** The head of a key came from a retry topic and may not start: it would stand in the way of others there. */
  leave(work: Work): void {
    const { scheduler, dequeue } = this.#options;
    const followers = scheduler.leave(work.key);
    dequeue(work);
    const passage = this.#putOff(work);
    if (passage) this.send(work, passage);
    for (const follower of followers) dequeue(follower);
    this.follow(followers);
  }

  #putOff(work: Work): Passage | undefined {
    const { tiers, stage, clock, random, observer, gates } = this.#options;
    const delays = stage.policy.retryDelaysMs;
    // Slowly further off: who goes round costs a transaction each time.
    const least = Math.min(1 + Math.floor(Math.log2(work.hop + 1) / LAPS_LOG2), delays.length);
    const step = retryStep(delays, least, gates.remaining(work.group), random()) ?? retryStep(delays, delays.length, 0, random());
    if (!step) return undefined;
    observer.scheduled(stage.spec.name, step.tier);
    const to = { tier: step.tier, dueAt: clock.now() + step.delayMs, attempt: work.attempt, firstFailureAt: work.firstFailureAt };
    return tiers.send(work, 'retrying', to, 'DOCKET_DEFERRED');
  }

  /** Sends a unit on its way through a retry topic. */
  send(work: Work, passage: Passage): void {
    this.#close(work, { records: [passage.record] }, passage.entry);
  }

  /** The unit's way through this stage ends. */
  #over(work: Work, input: EffectInput, effect: Effect, disposition: Disposition, state: LedgerState, dueAt: number): void {
    const { tiers, observer, log, calls, stage } = this.#options;
    this.#options.scheduler.finish(work.key);
    tiers.finish(work.ref.id);
    if (state !== 'dead') this.#limit.add(false);
    if (disposition === 'dead_lettered') observer.deadLettered(stage.spec.name, effect.step.code);
    if (disposition !== 'ok') log.info(effect.step.step, { ...this.#fields(work, input), code: effect.step.code });
    this.#observe(disposition);
    if (effect.outcome) observer.ended(effect.outcome, input.identity, input.now);
    const entry = entryOf(work, work.ref, state, dueAt);
    if (work.operation !== '') this.#options.operations.ended(work.operation, work.ref.id, state === 'dead');
    // What the task itself releases again is not at its end: a call without a known end is still one then.
    const isFinal = !(state === 'parked' && dueAt > 0);
    this.#close(work, calls ? { ...effect, records: [...effect.records, ...calls.ending(work, isFinal)] } : effect, entry);
  }

  /** Seen before: no handler runs. */
  refuse(work: Work, verdict: Exclude<Verdict, { kind: 'new' | 'redelivered' }>): void {
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
    this.#options.commits.add({ records: effect.records, step: effect.step, source: work.source, offset: work.sourceOffset, entry, work });
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
}
