import {
  causeOf, controlKey, HEADER, isTraceparent, laneTopic, MAX_OPERATION_RATE, originId, ownTopics, sha256Hex, type Clock, type OperationCommand, type OperationProgress, type StageSpec,
} from '@docket/contracts';
import type { StepRecord } from './effect.js';
import type { GroupCommit } from './group-commit.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import type { Ledger } from './ledger/ledger.js';
import { bytesOf, type InputRecord, type OutputRecord } from './record.js';
import type { StageObserver } from './stage.js';
import type { TaskPort } from './task-port.js';
import { withoutState } from './tier-record.js';
import { redrivenRef } from './unit-ref.js';

/** Records of the dlq or parked topic held ahead of the rate, and their bytes. */
const MOST_WAITING = 200;
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const AGAIN_MS = 1_000;
const SOON_MS = 50;
/** New failures among the last units of an operation at which it stops. */
const FAILURES = { of: 50, most: 9 };

export interface PartitionOperationsOptions {
  readonly spec: StageSpec;
  readonly partition: number;
  readonly port: TaskPort;
  readonly ledger: Ledger;
  readonly commits: GroupCommit;
  readonly clock: Clock;
  readonly observer: StageObserver;
  /** Input offset of a unit whose commit is not acknowledged yet. */
  readonly inFlight: (unit: string) => bigint | undefined;
  /** Told before the transaction that puts a unit back. */
  readonly onPutBack: (unit: string, operation: string) => void;
}

interface OwnRelease {
  readonly id: string;
  readonly partition: number;
  readonly from: bigint;
  readonly upTo: bigint;
  /** The ledger's ids, one at least. */
  readonly units: readonly string[];
}

interface Operation {
  readonly command: OperationCommand;
  readonly topic: string;
  readonly upTo: bigint;
  /** The task's own: nobody asked for it, so nobody is told. */
  readonly own: boolean;
  /** Units looked for and not found yet; undefined where causes or all are wanted. */
  readonly missing: Set<string> | undefined;
  readonly waiting: InputRecord[];
  waitingBytes: number;
  readonly last: boolean[];
  /** Put back and not ended yet, by unit; none of a release of the task's own, for whose end nobody waits. */
  readonly under: Set<string>;
  paused: boolean;
  /** All up to the end of the set was delivered. */
  readAll: boolean;
  progress: OperationProgress;
}

/**
 * Carries out redrives and releases for one partition: reads the frozen set from the dlq or parked topic and puts each unit
 * that the ledger has as dead or parked back onto the input, in one transaction with the ledger, which then has it as
 * redriven by this operation. So a crash repeats nothing: what was put back is not dead any more. One operation at a time
 * puts back; the next begins where it is through, and it ends when the last unit that it put back does.
 */
export class PartitionOperations {
  readonly #options: PartitionOperationsOptions;
  readonly #commands = new Map<string, OperationCommand>();
  readonly #progress = new Map<string, OperationProgress>();
  readonly #own = new Set<string>();
  /** Put back in a transaction that is not acknowledged yet. */
  readonly #uncommitted = new Set<string>();
  #active: Operation | undefined;
  /** Through with their set, by id: units that they put back are still under way. */
  readonly #draining = new Map<string, Operation>();
  #cancelTick: (() => void) | undefined;
  #closed = false;

  constructor(options: PartitionOperationsOptions) {
    this.#options = options;
  }

  request(command: OperationCommand): void {
    this.#commands.set(command.id, command);
    const begun = this.#begun(command.id);
    if (command.state === 'cancelled' && begun) this.#end(begun, 'cancelled');
    this.#next();
  }

  /** A release of the task's own: units are the ledger's ids. */
  requestOwn({ id, partition, from, upTo, units }: OwnRelease): void {
    // An empty list would mean all of them.
    if (units.length === 0) throw new Error('a release of its own names its units');
    this.#own.add(id);
    this.request({
      kind: 'release', id, stage: this.#options.spec.name, state: 'requested', by: 'task', at: '', reason: '', causes: [], units, planned: units.length,
      ratePerSecond: MAX_OPERATION_RATE, partitions: { [partition]: { from: String(from), upTo: String(upTo) } },
    });
  }

  /** What an earlier life of the task had done; told before it is asked to go on. */
  resume(progress: OperationProgress): void {
    const begun = this.#begun(progress.id);
    const known = begun?.progress ?? this.#progress.get(progress.id);
    // What this life wrote is read too, and all may be read again from the beginning.
    if (progress.partition !== this.#options.partition || (known && !isNewer(progress, known))) return;
    this.#progress.set(progress.id, progress);
    if (!begun) return;
    // It began before it knew of this.
    this.#yield(begun);
    this.#next();
  }

  /** What a fetch brought; aborted records and markers before `next` may be all that a set ends with. */
  offer(topic: string, records: readonly InputRecord[], next: bigint): void {
    const active = this.#active;
    if (!active || topic !== active.topic) return;
    for (const record of records) {
      const known = active.waiting.at(-1)?.offset ?? BigInt(active.progress.position) - 1n;
      if (record.offset <= known) continue;
      active.waiting.push(record);
      active.waitingBytes += bytesOf(record);
    }
    active.readAll ||= next >= active.upTo;
    if (!active.paused && fillOf(active) >= 1) {
      active.paused = true;
      this.#options.port.pause(topic);
    }
    if (this.#cancelTick === undefined) this.#tick();
  }

  /** A unit that an operation had put back came to an end. */
  ended(operation: string, unit: string, dead: boolean): void {
    const begun = this.#begun(operation);
    if (!begun?.under.delete(unit)) return;
    begun.last.push(dead);
    if (begun.last.length > FAILURES.of) begun.last.shift();
    if (dead) begun.progress = { ...begun.progress, failedAgain: begun.progress.failedAgain + 1 };
    if (begun.last.filter(Boolean).length > FAILURES.most) this.#end(begun, 'stopped');
    else if (begun !== this.#active && begun.under.size === 0) this.#end(begun, 'done');
  }

  /** What was to be read next has expired: on with the first record that is still there. */
  lost(topic: string): void {
    const active = this.#active;
    if (!active || topic !== active.topic) return;
    this.#options.port.bounds([topic]).then((bounds) => {
      if (this.#active !== active || this.#closed) return;
      const low = bounds.get(topic)?.low ?? 0n;
      if (low > BigInt(active.progress.position)) active.progress = { ...active.progress, position: String(low) };
      if (low >= active.upTo) this.#exhausted(active);
      else this.#seek(active);
    }, () => this.#options.clock.schedule(AGAIN_MS, () => this.lost(topic)));
  }

  /** After a rebalance positions are forgotten. */
  reseek(): void {
    if (this.#active) this.#seek(this.#active);
  }

  close(): void {
    this.#closed = true;
    this.#draining.clear();
    this.#cancelTick?.();
  }

  #begun(id: string): Operation | undefined {
    return this.#active?.command.id === id ? this.#active : this.#draining.get(id);
  }

  #next(): void {
    if (this.#closed || this.#active) return;
    const { spec, partition } = this.#options;
    for (const command of this.#commands.values()) {
      const range = command.partitions[String(partition)];
      const known = this.#progress.get(command.id);
      if (command.stage !== spec.name || !range || (known && known.state !== 'running') || this.#draining.has(command.id)) continue;
      const { dlq, parked } = ownTopics(spec);
      const progress = known ?? {
        kind: 'progress', id: command.id, partition, state: 'running', redriven: 0, refused: 0, failedAgain: 0, position: range.from, at: '',
      };
      this.#active = {
        command, topic: command.kind === 'redrive' ? dlq : parked, upTo: BigInt(range.upTo), waiting: [], waitingBytes: 0, last: [], under: new Set(), paused: false,
        readAll: false, progress, own: this.#own.has(command.id), missing: command.units.length > 0 ? new Set(command.units) : undefined,
      };
      if (command.state === 'cancelled') return this.#end(this.#active, 'cancelled');
      if (BigInt(progress.position) >= this.#active.upTo) return this.#end(this.#active, 'done');
      return this.#seek(this.#active);
    }
  }

  #seek(active: Operation): void {
    const { port } = this.#options;
    active.waiting.length = 0;
    active.waitingBytes = 0;
    active.paused = false;
    active.readAll = false;
    port.seek(active.topic, BigInt(active.progress.position));
    port.resume(active.topic);
  }

  /** Takes what is allowed in a second, one at a time. */
  #tick(): void {
    this.#cancelTick = undefined;
    const active = this.#active;
    if (this.#closed || !active) return;
    let put = false;
    while (!put) {
      const [record] = active.waiting;
      if (!record) break;
      if (record.offset >= active.upTo) return this.#exhausted(active);
      if (this.#isUnderWay(record)) {
        this.#cancelTick = this.#options.clock.schedule(SOON_MS, () => this.#tick());
        return;
      }
      active.waiting.shift();
      active.waitingBytes -= bytesOf(record);
      put = this.#take(active, record);
      if (record.offset + 1n >= active.upTo || active.missing?.size === 0) return this.#exhausted(active);
    }
    if (active.readAll && active.waiting.length === 0) return this.#exhausted(active);
    if (active.paused && fillOf(active) < 0.5) {
      active.paused = false;
      this.#options.port.resume(active.topic);
    }
    if (!put) return;
    const share = active.command.ratePerSecond / Object.keys(active.command.partitions).length;
    this.#cancelTick = this.#options.clock.schedule(1000 / share, () => this.#tick());
  }

  /** The copy can be read before its own commit is answered: until then the ledger does not have it as it is. */
  #isUnderWay(record: InputRecord): boolean {
    const { spec, ledger, inFlight } = this.#options;
    const unit = redrivenRef(spec, { ...record, headers: { ...record.headers, [HEADER.operation]: '-' } })?.ref.id;
    if (unit === undefined) return false;
    const entry = ledger.get(unit);
    const offset = inFlight(unit) ?? (entry?.state === 'retrying' || entry?.state === 'held' ? entry.offset : undefined);
    return offset !== undefined && isCopyOf(record, offset);
  }

  /** The set is through; what it put back may be under way for long, and the next one does not wait for it. */
  #exhausted(active: Operation): void {
    if (active.under.size === 0) return this.#end(active, 'done');
    this.#draining.set(active.command.id, active);
    this.#yield(active);
    this.#next();
  }

  /** Takes nothing further from its topic. */
  #yield(operation: Operation): void {
    if (this.#active !== operation) return;
    this.#active = undefined;
    this.#options.port.pause(operation.topic);
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  /** True where the unit was put back. */
  #take(active: Operation, record: InputRecord): boolean {
    const { spec, ledger, commits, observer, clock } = this.#options;
    const { command } = active;
    const next = String(record.offset + 1n);
    const claim = redrivenRef(spec, { ...record, headers: { ...record.headers, [HEADER.operation]: command.id } });
    const name = active.own ? claim?.ref.id : record.headers[HEADER.correlationId];
    const matches = (command.causes.length === 0 || command.causes.includes(causeOf(spec.name, record.headers))) &&
      (command.units.length === 0 || (name !== undefined && command.units.includes(name)));
    if (!matches || !claim) {
      active.progress = { ...active.progress, position: next };
      return false;
    }
    const entry = ledger.get(claim.ref.id);
    const wanted = command.kind === 'redrive' ? 'dead' : 'parked';
    // An older copy of a unit that died again is not what is looked for.
    if (name !== undefined && (entry?.state !== wanted || isCopyOf(record, entry.offset))) active.missing?.delete(name);
    if (entry?.state !== wanted || !isCopyOf(record, entry.offset) || this.#uncommitted.has(claim.ref.id) || record.headers['docket-value-omitted'] !== undefined) {
      active.progress = { ...active.progress, position: next, refused: active.progress.refused + 1 };
      observer.redriven('refused');
      return false;
    }
    const unit = claim.ref.id;
    // Until then the ledger says that it is dead or parked, to a further operation too.
    this.#uncommitted.add(unit);
    if (!active.own) active.under.add(unit);
    active.progress = { ...active.progress, position: next, redriven: active.progress.redriven + 1, at: new Date(clock.now()).toISOString() };
    observer.redriven('redriven');
    this.#options.onPutBack(claim.ref.id, command.id);
    commits.add({
      step: stepOf(spec, record, command.kind, entry.attempt),
      records: [putBack(spec, record, claim.ref.id, command.id), ...this.#told(active)],
      entry: redriven(entry, command.id),
      onCommitted: () => this.#uncommitted.delete(unit),
    });
    commits.kick();
    return true;
  }

  #end(operation: Operation, state: 'done' | 'stopped' | 'cancelled'): void {
    const { commits, clock } = this.#options;
    const { id } = operation.command;
    this.#yield(operation);
    this.#draining.delete(id);
    operation.progress = { ...operation.progress, state, at: new Date(clock.now()).toISOString() };
    if (operation.own) {
      this.#own.delete(id);
      this.#commands.delete(id);
    } else {
      this.#progress.set(id, operation.progress);
    }
    commits.add({ records: this.#told(operation) });
    commits.kick();
    this.#next();
  }

  #told({ progress, own }: Operation): OutputRecord[] {
    if (own) return [];
    return [{
      topic: laneTopic(this.#options.spec.lane, 'control.commands'), key: controlKey(progress), partitionKey: `operation/${progress.id}`, value: Buffer.from(JSON.stringify(progress)),
      headers: { [HEADER.contentType]: 'application/json' },
    }];
  }
}

/** An end is final; before it, who is further knows more. */
function isNewer(progress: OperationProgress, known: OperationProgress): boolean {
  if (known.state !== 'running') return false;
  const further = BigInt(progress.position) - BigInt(known.position);
  return further > 0n || (further === 0n && progress.state !== 'running');
}

/** 1 where no more may wait. */
function fillOf({ waiting, waitingBytes }: Operation): number {
  return Math.max(waiting.length / MOST_WAITING, waitingBytes / MOST_WAITING_BYTES);
}

/** The unit as it was on the input, with the operation's id. */
function putBack(spec: StageSpec, record: InputRecord, unit: string, operation: string): OutputRecord {
  return {
    topic: spec.input, partition: record.partition, key: record.key ?? '', value: record.value,
    headers: { ...withoutState(record.headers), [HEADER.operation]: operation, [HEADER.unit]: unit },
  };
}

function redriven(entry: LedgerEntry, operation: string): LedgerEntry {
  return { ...entry, state: 'redriven', attempt: 0, hop: 0, pending: { tier: 0, dueAt: 0, orderKey: '', operation, dead: true } };
}

/** Operator actions on a unit are on the record, as everything else is. */
function stepOf(spec: StageSpec, { headers, topic, partition, offset }: InputRecord, kind: OperationCommand['kind'], attempt: number): StepRecord {
  const correlationId = headers[HEADER.correlationId] ?? originId(topic, partition, offset);
  const traceparent = headers[HEADER.traceparent];
  return {
    stage: spec.name, step: 'redriven', code: kind, attempt: Math.max(1, attempt), input: { topic, partition, offset },
    identity: { correlationId, batchTraceId: headers[HEADER.batchTraceId] ?? correlationId, digest: headers[HEADER.digest] ?? sha256Hex('') },
    traceparent: isTraceparent(traceparent) ? traceparent : '',
  };
}

/** A unit may have died more than once: only the copy of its last death counts. */
function isCopyOf(record: InputRecord, offset: bigint): boolean {
  return record.headers[HEADER.origin]?.endsWith(`/${offset}`) ?? false;
}
