import type { Random } from '../world/random.js';

/** What a try does before the last one. */
export type Try = 'fail' | 'unexpected' | 'hang' | 'wait-longer';

/** How a unit's handling ends where its tries are not used up before. */
export type Ending = 'emit' | 'invalid' | 'park' | 'park-until' | 'quarantine' | 'poison' | 'undecodable';

/** One unit of work, and what its handler is going to do with it. */
export interface UnitPlan {
  readonly name: string;
  /** Correlation id. */
  readonly id: string;
  readonly key: string;
  /** Record key where it is not the order key. */
  readonly group: string;
  readonly digest: string;
  readonly tries: readonly Try[];
  /** Times the handler is throttled first. */
  readonly throttles: number;
  /** Once, the handler ignores its signal for so long that its process must end. */
  readonly stuck: boolean;
  readonly ending: Ending;
  readonly outputs: number;
  readonly workMs: number;
  /** Time between the abort and the end of a handler that hangs. */
  readonly dyingMs: number;
}

/** A record that a producer writes. */
export interface Arrival {
  readonly at: number;
  readonly unit: UnitPlan;
  /** Other content under the same id. */
  readonly digest: string;
}

const ENDINGS: Readonly<Record<Ending, number>> = { emit: 82, invalid: 5, park: 3, 'park-until': 3, quarantine: 3, poison: 2, undecodable: 3 };
const TRIES: Readonly<Record<Try, number>> = { fail: 70, unexpected: 10, hang: 8, 'wait-longer': 12 };

export interface PlanOptions {
  readonly units: number;
  readonly keys: number;
  readonly maxAttempts: number;
  readonly overMs: number;
  readonly repeats: boolean;
  readonly contentDuplicates: boolean;
  /** Share of units that fail at all. */
  readonly trouble: number;
}

/** The units of a run and when their records come, in order of time. */
export function planArrivals(random: Random, options: PlanOptions): Arrival[] {
  const arrivals: Arrival[] = [];
  const units: UnitPlan[] = [];
  for (let index = 0; index < options.units; index++) {
    const twin = options.contentDuplicates && units.length > 0 && random.chance(0.08) ? random.pick(units) : undefined;
    const unit = planUnit(random, options, index, twin);
    units.push(unit);
    const at = random.int(0, options.overMs);
    arrivals.push({ at, unit, digest: unit.digest });
    if (!options.repeats) continue;
    while (random.chance(0.2)) {
      const later = random.chance(0.6) ? random.int(0, 300) : random.int(1_000, options.overMs);
      arrivals.push({ at: Math.min(at + later, options.overMs), unit, digest: random.chance(0.75) ? unit.digest : random.hex(64) });
    }
  }
  return arrivals.sort((a, b) => a.at - b.at);
}

function planUnit(random: Random, { keys, maxAttempts, trouble }: PlanOptions, index: number, twin: UnitPlan | undefined): UnitPlan {
  // Few keys take most of the units: that is where order is at stake.
  const number = Math.floor(keys * random.next() ** 2);
  const troubled = random.chance(trouble);
  const used = troubled && random.chance(0.15) ? maxAttempts : troubled ? random.int(0, Math.min(2, maxAttempts - 1)) : 0;
  return {
    name: `u${index}`,
    id: random.uuid(),
    key: twin?.key ?? `k${number}`,
    group: twin?.group ?? `g${number % 3}`,
    digest: twin?.digest ?? random.hex(64),
    tries: Array.from({ length: used }, () => random.weighted(TRIES)),
    throttles: troubled && random.chance(0.15) ? random.int(1, 3) : 0,
    stuck: troubled && random.chance(0.02),
    ending: random.weighted(ENDINGS),
    outputs: random.int(1, 3),
    workMs: random.chance(0.1) ? random.int(300, 2_000) : random.int(0, 40),
    dyingMs: random.int(0, 400),
  };
}
