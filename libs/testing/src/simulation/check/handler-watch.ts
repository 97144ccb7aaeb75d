import type { HandlerContext } from '@docket/stage';
import type { UnitPlan } from '../scenario/unit-plan.js';
import type { SimulatedProcess } from '../world/simulated-process.js';
import type { Guarantee } from './violation.js';

export type Report = (guarantee: Guarantee, detail: () => string) => void;

/** Watches handlers and their calls: one at a time a key, no retry before its time, no call repeated unawares. */
export class HandlerWatch {
  handlers = 0;
  readonly #running = new WeakMap<SimulatedProcess, Set<string>>();
  /** Due time of a unit's next try, by place and attempt: the earliest that was committed. */
  readonly #due = new Map<string, number>();
  /** Calls whose end is not on record, and who has heard it. */
  readonly #calls = new Map<string, SimulatedProcess | undefined>();
  readonly #owners = new Map<number, SimulatedProcess>();

  constructor(private readonly report: Report) {}

  started(process: SimulatedProcess, { record, attempt, orderKey }: HandlerContext, plan: UnitPlan): () => void {
    this.handlers++;
    let running = this.#running.get(process);
    if (!running) this.#running.set(process, (running = new Set()));
    const key = `${record.partition}/${orderKey}`;
    const place = `${record.partition}/${record.offset}`;
    process.trace.note(process.name, () => `handles ${plan.name} at ${place}, try ${attempt}, key ${orderKey}`);
    if (running.has(key)) this.report('no-overlap', () => `${process.name} handles ${plan.name} while another of ${orderKey} runs`);
    running.add(key);
    const due = this.#due.get(`${place}#${attempt}`);
    // One that was fenced knows nothing of what is due since, and can commit nothing of it either.
    if (due !== undefined && process.latest < due && this.#owners.get(record.partition) === process) {
      this.report('no-early-retry', () => `${plan.name}, try ${attempt}, started ${due - process.latest} ms early`);
    }
    return () => {
      running.delete(key);
      process.trace.note(process.name, () => `ended ${plan.name}`);
    };
  }

  /** A passage through a retry topic is committed. */
  scheduled(place: string, attempt: number, dueAt: number): void {
    const key = `${place}#${attempt}`;
    this.#due.set(key, Math.min(this.#due.get(key) ?? Infinity, dueAt));
  }

  /** From now on nobody else can commit anything of this partition. */
  fenced(partition: number, process: SimulatedProcess): void {
    this.#owners.set(partition, process);
  }

  /** A call to the outside starts, after its intent. Where the clock was moved no lease can be relied upon. */
  calls(process: SimulatedProcess, plan: UnitPlan, inDoubt: boolean): void {
    if (!process.clockIsTrue) return;
    const id = plan.id.replaceAll('-', '');
    const known = inDoubt || !this.#calls.has(id) || this.#calls.get(id) === process;
    if (!known) this.report('in-doubt-known', () => `${plan.name} is called again, and nobody knows of the call before`);
    this.#calls.set(id, undefined);
  }

  /** The outside answered: the process knows how its call ended. */
  answered(process: SimulatedProcess, plan: UnitPlan): void {
    const id = plan.id.replaceAll('-', '');
    if (this.#calls.has(id)) this.#calls.set(id, process);
  }

  /** The end of a call is on record; by the ledger's id of the unit. */
  settled(id: string): void {
    this.#calls.delete(id);
  }
}
