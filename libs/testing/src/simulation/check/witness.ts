import { HEADER, ownTopics, type StageSpec } from '@docket/contracts';
import type { InputRecord, StepRecord } from '@docket/stage';
import type { Decided } from '../broker/simulated-broker.js';
import type { UnitPlan } from '../scenario/unit-plan.js';
import type { Trace } from '../world/trace.js';
import { HandlerWatch } from './handler-watch.js';
import { Inputs } from './inputs.js';
import { LedgerWatch } from './ledger-watch.js';
import { OperationWatch } from './operation-watch.js';
import type { Guarantee, Violation } from './violation.js';

/** States that a step of the audit log must tell of. */
const ENDED: ReadonlySet<string> = new Set(['done', 'dead', 'parked']);

/** Sees all that the broker decides, in the order of deciding, and says at once what breaks a guarantee. */
export class Witness {
  readonly violations: Violation[] = [];
  readonly inputs: Inputs;
  readonly ledger: LedgerWatch;
  readonly handlers: HandlerWatch;
  readonly operations: OperationWatch;
  commits = 0;
  refused = false;
  readonly #topics: ReturnType<typeof ownTopics>;
  /** Steps that the audit log has acknowledged, by place of the input. */
  readonly #audited = new Map<string, number>();
  readonly #outputs = new Map<string, string>();
  readonly #tierTopics: ReadonlySet<string>;

  constructor(
    private readonly spec: StageSpec,
    private readonly trace: Trace,
  ) {
    const report = (guarantee: Guarantee, detail: () => string) => this.report(guarantee, detail());
    this.#topics = ownTopics(spec);
    this.#tierTopics = new Set(this.#topics.retry);
    this.inputs = new Inputs({ dedupe: spec.dedupe === 'unit', contentDuplicates: spec.contentDuplicates });
    this.ledger = new LedgerWatch(this.inputs, report);
    this.handlers = new HandlerWatch(report);
    this.operations = new OperationWatch(report);
  }

  /** Faults so far. */
  get faults(): Readonly<Record<string, number>> {
    return this.trace.faults;
  }

  report(guarantee: Guarantee, detail: string): void {
    if (this.violations.length >= 20) return;
    this.violations.push({ guarantee, detail });
    this.trace.note('checker', () => `## ${guarantee}: ${detail}`);
  }

  /** The core found out what the broker lost, and runs no further: nothing more can be asked of the run. */
  refuse(code: string): void {
    if (this.refused) return;
    this.refused = true;
    this.trace.fault('refused', 'checker', code);
  }

  /** True where nothing is parked that its task is to release by itself. */
  get released(): boolean {
    for (const { plan, place } of this.inputs.all) {
      if (plan.ending !== 'park-until') continue;
      const entry = this.ledger.at(place);
      if (entry && this.ledger.of(Number(place.split('/')[0]), entry.id)?.state === 'parked') return false;
    }
    return true;
  }

  arrived(record: InputRecord, plan: UnitPlan, digest: string): void {
    this.inputs.add(record, plan, digest);
    this.trace.note('producer', () => `${plan.name} at ${record.partition}/${record.offset} key ${plan.key} ${this.inputs.get(record.partition, Number(record.offset))?.verdict ?? ''}`);
  }

  audited(steps: readonly StepRecord[]): void {
    for (const { input } of steps) {
      const place = `${input.partition}/${input.offset}`;
      this.#audited.set(place, (this.#audited.get(place) ?? 0) + 1);
    }
  }

  /** How often a step of this input is on the record. */
  steps(place: string): number {
    return this.#audited.get(place) ?? 0;
  }

  /** A transaction was decided. */
  decided({ producer, records, offsets }: Decided): void {
    this.commits++;
    const partition = Number(/-(\d+)-[ab]$/.exec(producer.id)?.[1] ?? -1);
    this.trace.note('broker', () => `committed ${producer.id}/${producer.epoch}: ${records.map(brief).join(' ')} | ${[...offsets].map(([topic, offset]) => `${topic}@${offset}`).join(' ')}`);
    for (const record of records) this.#record(record, partition);
    for (const [topic, offset] of offsets) {
      if (topic === this.spec.input) this.ledger.inputCommitted(partition, offset);
      else this.ledger.tierCommitted(topic, partition, offset);
    }
  }

  #record(record: InputRecord, partition: number): void {
    const { topic, headers } = record;
    if (topic === this.#topics.ledger && record.value) {
      const entries = this.ledger.record(partition, record.value);
      this.trace.note('ledger', () => `${partition}: ${entries.map(({ offset, state, attempt, hop }) => `${offset} ${state} ${attempt}.${hop}`).join(', ')}`);
      for (const entry of entries) {
        if (ENDED.has(entry.state) && this.steps(`${partition}/${entry.offset}`) === 0) {
          this.report('audit-first', `${partition}/${entry.offset} is ${entry.state} in the ledger, and no step of it is on the record`);
        }
      }
    } else if (this.#tierTopics.has(topic)) {
      const place = placeOf(headers[HEADER.origin]);
      this.ledger.tierRecord(record, place, Number(headers[HEADER.hop]));
      this.handlers.scheduled(place, Number(headers[HEADER.attempt]), Number(headers[HEADER.notBefore]));
    } else if (topic === this.#topics.attempts) {
      if (record.value === null) this.handlers.settled(record.key ?? '');
    } else if (topic === 'errors') {
      this.ledger.noted(record);
    } else if (topic === 'control.commands') {
      this.operations.progress(record);
    } else if (topic === this.spec.input) {
      this.operations.putBack(record);
    } else {
      this.#output(record);
    }
  }

  /** Written once: the id says which output of which unit it is. */
  #output({ topic, headers, key, value, partition, offset }: InputRecord): void {
    // The outcome of a unit that was put back supersedes the one before, under the same id.
    if (topic === 'outcomes' && this.operations.supersedes(key ?? '')) return;
    const id = headers[HEADER.id] ?? '';
    const what = topic === this.#topics.dlq || topic === this.#topics.parked || topic.endsWith('.quarantine')
      ? `${topic} ${headers[HEADER.origin] ?? ''}`
      : `${topic} ${id}`;
    const before = this.#outputs.get(what);
    if (before !== undefined) this.report('exactly-once', `${what} was written at ${before} and again at ${partition}/${offset} (${String(value).slice(0, 40)})`);
    this.#outputs.set(what, `${partition}/${offset}`);
  }
}

/** `partition/offset` of an origin header. */
export function placeOf(origin: string | undefined): string {
  return /(\d+\/\d+)$/.exec(origin ?? '')?.[1] ?? '';
}

function brief({ topic, headers, partition, offset }: InputRecord): string {
  const origin = headers[HEADER.origin];
  return `${topic}@${partition}/${offset}${origin === undefined ? '' : `<${placeOf(origin)}`}`;
}
