import { HEADER, originId, ownTopics } from '@docket/contracts';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Scenario } from '../scenario/scenario.js';
import type { Input } from './inputs.js';
import { placeOf, type Witness } from './witness.js';

interface Expected {
  readonly state: 'done' | 'dead' | 'parked';
  readonly outputs?: number;
  readonly outcome?: string;
  readonly copy?: string;
}

/** What readers of committed records find at the end, unit by unit. */
export class FinalCheck {
  /** By name of the unit. */
  readonly #outputs = new Map<string, number>();
  readonly #copies = new Map<string, number>();
  readonly #outcomes = new Map<string, string[]>();
  readonly #quarantine: string;
  /** Correlation ids of units whose last try met its deadline. */
  readonly #timedOut = new Set<string>();

  constructor(
    private readonly scenario: Scenario,
    private readonly broker: SimulatedBroker,
    private readonly witness: Witness,
  ) {
    this.#quarantine = scenario.spec.outputs.find((topic) => topic.endsWith('.quarantine')) ?? ownTopics(scenario.spec).dlq;
  }

  run(): void {
    this.#read();
    for (const input of this.witness.inputs.all) this.#check(input);
    this.witness.operations.check();
  }

  #read(): void {
    const { spec } = this.scenario;
    const { dlq, parked } = ownTopics(spec);
    for (const topic of new Set([dlq, parked, this.#quarantine])) {
      for (const { headers } of this.broker.logs(topic).flatMap((log) => log.all())) count(this.#copies, `${topic} ${placeOf(headers[HEADER.origin])}`);
    }
    for (const topic of spec.outputs.filter((name) => name !== this.#quarantine)) {
      for (const log of this.broker.logs(topic)) {
        for (const { value } of log.all()) count(this.#outputs, String(value).split(' ')[0] ?? '');
      }
    }
    for (const { value } of this.broker.logs('outcomes').flatMap((log) => log.all())) {
      const { correlationId, state, code } = JSON.parse(String(value)) as { correlationId: string; state: string; code?: string };
      if (code === 'DOCKET_HANDLER_DEADLINE') this.#timedOut.add(correlationId);
      this.#outcomes.set(correlationId, [...(this.#outcomes.get(correlationId) ?? []), state]);
    }
  }

  #check(input: Input): void {
    const { witness } = this;
    const { place, plan, verdict } = input;
    if (verdict === 'duplicate') {
      if (witness.ledger.notes(place) === 0) witness.report('nothing-lost', `${plan.name} at ${place}: nothing is said of the duplicate`);
      return;
    }
    const first = witness.ledger.at(place);
    const entry = first && witness.ledger.of(input.partition, first.id);
    const again = first !== undefined && witness.operations.wasPutBack(input.partition, first.id);
    const before = this.#expected(input);
    const expected = again ? this.#afterRedrive(input, before) : before;
    if (!entry) return witness.report('nothing-lost', `${plan.name} at ${place} (${verdict}) has no entry`);
    if (entry.state !== expected.state) {
      const what = entry.state === 'retrying' || entry.state === 'held' || entry.state === 'redriven' ? 'nothing-lost' : 'exactly-once';
      witness.report(what, `${plan.name} at ${place} (${verdict}) is ${entry.state}, not ${expected.state}`);
    }
    const outputs = verdict === 'first' ? (this.#outputs.get(plan.name) ?? 0) : 0;
    if (outputs !== (expected.outputs ?? 0)) witness.report('ledger-agrees', `${plan.name} at ${place}: ${outputs} outputs, not ${expected.outputs ?? 0}`);
    if (before.copy !== undefined) {
      const copies = this.#copies.get(`${before.copy} ${place}`) ?? 0;
      if (copies !== 1) witness.report(verdict === 'conflict' ? 'conflict-once' : 'nothing-lost', `${plan.name} at ${place}: ${copies} times on ${before.copy}`);
    }
    // What cannot be read is known by its place, which is another once it is put back.
    if (verdict === 'conflict' || (again && plan.ending === 'undecodable')) return;
    this.#outcome(input, again ? [before.outcome, expected.outcome] : [expected.outcome]);
  }

  /** In the order of writing. */
  #outcome({ place, partition, offset, plan }: Input, expected: readonly (string | undefined)[]): void {
    const unread = plan.ending === 'undecodable';
    const id = unread ? originId(this.scenario.spec.input, partition, BigInt(offset)) : plan.id;
    const found = (this.#outcomes.get(id) ?? []).join(', ');
    const wanted = expected.filter((state) => state !== undefined).join(', ');
    if (found !== wanted) this.witness.report('ledger-agrees', `${plan.name} at ${place}: outcomes (${found}), not (${wanted})`);
  }

  /** A redrive or release finds mended what had failed; what cannot be read stays so. */
  #afterRedrive({ plan, verdict }: Input, before: Expected): Expected {
    if (verdict !== 'first' || plan.ending === 'undecodable' || before.state === 'done') return before;
    const ending = plan.ending.startsWith('park') || plan.ending === 'poison' ? 'emit' : plan.ending;
    return this.#ended(ending, plan.outputs);
  }

  /** A handler that stands still with its process, or whose clock jumps, meets its deadline whatever its plan says. */
  #mayTimeOut({ stuck, id }: Input['plan']): boolean {
    const { faults } = this.witness;
    return this.#timedOut.has(id) && (stuck || faults['freeze'] !== undefined || faults['clock-jump'] !== undefined);
  }

  #expected({ verdict, plan }: Input): Expected {
    const { spec, policy } = this.scenario;
    const { dlq } = ownTopics(spec);
    if (verdict === 'conflict') return { state: 'done', copy: this.#quarantine };
    if (verdict === 'content') return { state: 'done', outcome: 'duplicate' };
    const died = plan.ending === 'undecodable' || plan.tries.length >= policy.maxAttempts || this.#mayTimeOut(plan);
    if (died) return { state: 'dead', copy: dlq, outcome: 'dead-lettered' };
    return this.#ended(plan.ending, plan.outputs);
  }

  #ended(ending: Input['plan']['ending'], outputs: number): Expected {
    const { spec } = this.scenario;
    const { dlq, parked } = ownTopics(spec);
    switch (ending) {
      case 'emit':
        return spec.outputs.length === 0 ? { state: 'done', outcome: 'submitted' } : { state: 'done', outputs };
      case 'invalid':
        return { state: 'done', outcome: 'rejected' };
      case 'park':
        return { state: 'parked', copy: parked, outcome: 'held-for-review' };
      case 'park-until':
        return { state: 'parked', copy: parked, outcome: 'parked' };
      case 'quarantine':
        return { state: 'done', copy: this.#quarantine, outcome: 'quarantined' };
      default:
        return { state: 'dead', copy: dlq, outcome: 'dead-lettered' };
    }
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
