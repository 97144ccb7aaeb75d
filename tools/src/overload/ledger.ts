import { parseWorkUnit, type Outcome, type TopicLag } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { UPSTREAM_TENANT } from './senders.js';
import { TrueLag, type Passage } from './true-lag.js';

/** What the collector said of a stage. */
export interface Saying {
  readonly topic: string;
  readonly at: number;
  readonly seconds: number;
}

type Place = Omit<Passage, 'doneAt'>;

/** What a unit went through; milliseconds since the epoch. */
interface Unit {
  /** 202, or for what came by Kafka the work unit. */
  acceptedAt?: number;
  way: 'http' | 'kafka';
  /** Where its work unit lies, and where it lies once it was found right. */
  workUnit?: Place;
  validated?: Place;
  /** Put off to a retry topic for the first time. */
  putOffAt?: number;
  closedAt?: number;
  state?: string;
}

const WORK_UNITS = 'grants.work-units';
const VALIDATED = 'grants.validated';

/** Everything that the topics say of every unit of the run, by its correlation id. */
export class Ledger {
  /** Topics to follow. */
  static readonly TOPICS: readonly string[] = [WORK_UNITS, VALIDATED, 'outcomes', 'control.lag', ...[1, 2, 3, 4, 5].map((tier) => `executor.retry.${tier}`)];
  workUnits = 0;
  closed = 0;
  readonly sayings: Saying[] = [];
  readonly latest = new Map<string, TopicLag>();
  readonly #units = new Map<string, Unit>();

  /** Answered 202. */
  accepted(id: string, at: number): void {
    Object.assign(this.#unit(id), { acceptedAt: at, way: 'http' });
  }

  apply({ topic, partition, offset, timestamp, value }: InputRecord): void {
    if (value === null) return;
    if (topic === 'control.lag') return this.#said(JSON.parse(String(value)) as TopicLag);
    if (topic === 'outcomes') return this.#ended(JSON.parse(String(value)) as Outcome, timestamp);
    const { correlationId, tenant } = parseWorkUnit(value);
    const unit = this.#unit(correlationId);
    const place = { partition, offset: Number(offset), appendedAt: timestamp };
    // Topics are read side by side: nothing may depend on which comes first.
    if (topic === WORK_UNITS) {
      this.workUnits += 1;
      unit.workUnit = place;
      if (tenant === UPSTREAM_TENANT) Object.assign(unit, { acceptedAt: timestamp, way: 'kafka' });
    } else if (topic === VALIDATED) {
      unit.validated = place;
    } else {
      unit.putOffAt = Math.min(timestamp, unit.putOffAt ?? timestamp);
    }
  }

  /** Accepted and not ended, or ended otherwise than submitted. */
  lost(): string[] {
    return [...this.#units].filter(([, unit]) => unit.acceptedAt !== undefined && unit.state !== 'submitted').map(([id, { state }]) => `${id}: ${state ?? 'no outcome'}`);
  }

  get open(): number {
    let open = 0;
    for (const { acceptedAt, closedAt } of this.#units.values()) if (acceptedAt !== undefined && closedAt === undefined) open += 1;
    return open;
  }

  /** Seconds from acceptance to outcome, by way in. */
  freshness(way: Unit['way']): number[] {
    return [...this.#units.values()].filter((unit) => unit.way === way && unit.acceptedAt !== undefined && unit.closedAt !== undefined)
      .map(({ acceptedAt = 0, closedAt = 0 }) => Math.max(0, (closedAt - acceptedAt) / 1_000));
  }

  /** The truth about a stage's input: the validator is done with a unit once that lies on the next topic, the executor once it has ended or was put off. */
  trueLag(topic: string): TrueLag {
    const passages = [...this.#units.values()].flatMap(({ workUnit, validated, putOffAt, closedAt }): Passage[] => {
      if (topic === WORK_UNITS) return workUnit ? [{ ...workUnit, doneAt: validated?.appendedAt ?? closedAt }] : [];
      return validated ? [{ ...validated, doneAt: putOffAt === undefined ? closedAt : Math.min(putOffAt, closedAt ?? putOffAt) }] : [];
    });
    const lag = new TrueLag();
    for (const passage of passages.sort((a, b) => a.offset - b.offset)) lag.add(passage);
    return lag;
  }

  #said(lag: TopicLag): void {
    if (lag.topic !== WORK_UNITS && lag.topic !== VALIDATED) return;
    // The console, where there is one, follows the same topic in a group of its own.
    if (!/(validator\.grants|executor)$/.test(lag.group)) return;
    this.latest.set(lag.topic, lag);
    this.sayings.push({ topic: lag.topic, at: Date.parse(lag.at), seconds: lag.seconds });
  }

  #ended({ correlationId, state }: Outcome, at: number): void {
    const unit = this.#unit(correlationId);
    if (unit.closedAt === undefined) this.closed += 1;
    Object.assign(unit, { closedAt: at, state });
  }

  #unit(id: string): Unit {
    const known = this.#units.get(id);
    if (known) return known;
    const unit: Unit = { way: 'http' };
    this.#units.set(id, unit);
    return unit;
  }
}
