import { HEADER, type OperationProgress } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import type { Report } from './handler-watch.js';

interface Asked {
  readonly id: string;
  /** Units that must be put back, by partition: dead or parked when it was asked for. */
  readonly units: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Redrives and releases: each unit of the frozen set once, and each operation comes to its end. */
export class OperationWatch {
  readonly #asked: Asked[] = [];
  readonly #putBack = new Set<string>();
  readonly #units = new Set<string>();
  readonly #correlationIds = new Set<string>();
  readonly #progress = new Map<string, OperationProgress>();

  constructor(private readonly report: Report) {}

  /** True where every partition of every operation is through. */
  get settled(): boolean {
    return this.#asked.every(({ id, units }) => [...units.keys()].every((partition) => this.#ended(id, partition) !== undefined));
  }

  asked(id: string, units: Asked['units']): void {
    this.#asked.push({ id, units });
  }

  /** The unit of this ledger id was put back at least once. */
  wasPutBack(partition: number, unit: string): boolean {
    return this.#units.has(`${partition}:${unit}`);
  }

  supersedes(correlationId: string): boolean {
    return this.#correlationIds.has(correlationId);
  }

  /** A record that a task wrote to the input. */
  putBack({ headers, partition, offset }: InputRecord): void {
    const unit = `${partition}:${headers[HEADER.unit] ?? ''}`;
    const key = `${headers[HEADER.operation] ?? ''} ${unit}`;
    if (this.#putBack.has(key)) this.report('exactly-once', () => `${key} was put back twice, again at ${partition}/${offset}`);
    this.#putBack.add(key);
    this.#units.add(unit);
    this.#correlationIds.add(headers[HEADER.correlationId] ?? '');
  }

  progress({ value }: InputRecord): void {
    const progress = JSON.parse(String(value)) as OperationProgress;
    this.#progress.set(`${progress.id}/${progress.partition}`, progress);
  }

  check(): void {
    for (const { id, units } of this.#asked) {
      for (const [partition, wanted] of units) {
        const state = this.#ended(id, partition);
        if (state === undefined) this.report('progress', () => `operation ${id} never ended in partition ${partition}`);
        if (state !== 'done') continue;
        for (const unit of wanted) {
          if (!this.#putBack.has(`${id} ${partition}:${unit}`) && !this.wasPutBack(partition, unit)) {
            this.report('nothing-lost', () => `operation ${id} ended and ${unit} of partition ${partition} was not put back`);
          }
        }
      }
    }
  }

  #ended(id: string, partition: number): OperationProgress['state'] | undefined {
    const state = this.#progress.get(`${id}/${partition}`)?.state;
    return state === 'running' ? undefined : state;
  }
}
