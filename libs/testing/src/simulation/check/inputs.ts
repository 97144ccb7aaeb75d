import type { InputRecord } from '@docket/stage';
import type { UnitPlan } from '../scenario/unit-plan.js';

/** What has to become of an input record, by what came before it in its partition. */
export type Verdict = 'first' | 'duplicate' | 'conflict' | 'content';

export interface Input {
  readonly place: string;
  readonly partition: number;
  readonly offset: number;
  readonly plan: UnitPlan;
  readonly verdict: Verdict;
}

interface Seen {
  readonly ids: Map<string, string>;
  readonly contents: Set<string>;
}

/** Every record that producers wrote, with what the guarantees say of it: worked out apart from the code under test. */
export class Inputs {
  readonly #byPlace = new Map<string, Input>();
  readonly #seen = new Map<number, Seen>();

  constructor(private readonly options: { readonly dedupe: boolean; readonly contentDuplicates: boolean }) {}

  get all(): Iterable<Input> {
    return this.#byPlace.values();
  }

  get(partition: number, offset: number): Input | undefined {
    return this.#byPlace.get(`${partition}/${offset}`);
  }

  /** In offset order of each partition. */
  add({ partition, offset }: InputRecord, plan: UnitPlan, digest: string): void {
    const place = `${partition}/${offset}`;
    this.#byPlace.set(place, { place, partition, offset: Number(offset), plan, verdict: this.#verdict(partition, plan, digest) });
  }

  #verdict(partition: number, { id, key, group }: UnitPlan, digest: string): Verdict {
    if (!this.options.dedupe) return 'first';
    let seen = this.#seen.get(partition);
    if (!seen) this.#seen.set(partition, (seen = { ids: new Map(), contents: new Set() }));
    const first = seen.ids.get(id);
    if (first !== undefined) return first === digest ? 'duplicate' : 'conflict';
    seen.ids.set(id, digest);
    const content = `${key}/${group}/${digest}`;
    if (this.options.contentDuplicates && seen.contents.has(content)) return 'content';
    seen.contents.add(content);
    return 'first';
  }
}
