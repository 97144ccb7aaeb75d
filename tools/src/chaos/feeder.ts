import { HEADER } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import type { RecordWriter } from '@docket/stage-kafka';
import { monotonicMs } from './monotonic.js';
import { INPUT } from './pipeline.js';
import type { SeededRandom } from './random.js';
import type { UnitPlan } from './unit-plan.js';
import { encodeUnit, keyName, type Unit } from './unit.js';

const TICK_MS = 25;
/** Not yet acknowledged: while a broker is away, no more than these wait in memory. */
const MAX_OPEN = 5_000;
/** This share of the units is sent a second time, with the same id, up to so many units later. */
const REPEATED = 0.01;
const REPEATED_WITHIN = 200;

/** Sends the units of a plan in their order, evenly, at a rate that may be changed. */
export class Feeder {
  /** Resolves when the last unit is acknowledged; rejects where the writer is closed before. */
  readonly done: Promise<void>;
  sent = 0;
  repeated = 0;
  #unitsPerSecond = 0;
  #due = 0;
  #tickedAt = monotonicMs();
  #open = 0;
  readonly #units: Iterator<Unit>;
  readonly #repeats: { readonly unit: Unit; readonly at: number }[] = [];

  constructor(private readonly plan: UnitPlan, writer: RecordWriter, private readonly random: SeededRandom) {
    this.#units = plan.units();
    this.done = new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        const records = this.#take();
        this.#open += records.length;
        writer.write(records).then(
          () => {
            this.#open -= records.length;
            if (this.#finished) resolve();
          },
          (error: unknown) => {
            clearInterval(timer);
            reject(error instanceof Error ? error : new Error('the feeder cannot write', { cause: error }));
          },
        );
        if (this.sent === this.plan.length && this.#repeats.length === 0) clearInterval(timer);
      }, TICK_MS);
    });
  }

  get left(): number {
    return this.plan.length - this.sent;
  }

  pace(unitsPerSecond: number): void {
    this.#unitsPerSecond = unitsPerSecond;
  }

  get #finished(): boolean {
    return this.left === 0 && this.#repeats.length === 0 && this.#open === 0;
  }

  #take(): OutputRecord[] {
    const now = monotonicMs();
    this.#due = Math.min(this.plan.length, this.#due + ((now - this.#tickedAt) / 1000) * this.#unitsPerSecond);
    this.#tickedAt = now;
    const records: OutputRecord[] = [];
    while (this.sent < Math.floor(this.#due) && this.#open + records.length < MAX_OPEN) {
      const { value: unit, done } = this.#units.next() as IteratorResult<Unit, undefined>;
      if (done) break;
      records.push(toRecord(unit));
      this.sent += 1;
      if (this.random.next() < REPEATED) this.#repeats.push({ unit, at: this.sent + this.random.whole(0, REPEATED_WITHIN) });
    }
    for (let index = this.#repeats.length - 1; index >= 0; index -= 1) {
      const repeat = this.#repeats[index];
      if (!repeat || (repeat.at > this.sent && this.left > 0)) continue;
      this.#repeats.splice(index, 1);
      records.push(toRecord(repeat.unit));
      this.repeated += 1;
    }
    return records;
  }
}

function toRecord(unit: Unit): OutputRecord {
  return {
    topic: INPUT, key: keyName(unit), value: encodeUnit(unit),
    headers: { [HEADER.specVersion]: '1.0', [HEADER.id]: `${unit.key}-${unit.n}`, [HEADER.source]: 'chaos', [HEADER.type]: 'docket.chaos.unit.v1' },
  };
}
