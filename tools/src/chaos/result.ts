import type { ChainTally } from './chain-tally.js';
import type { Fleet } from './fleet.js';
import { overlap, type IncidentLog, type Span } from './incident-log.js';
import type { ChaosOptions } from './options.js';
import { distribution, type Distribution } from './statistics.js';

/** What a run found; written as JSON where that is asked for. Times in milliseconds; docs/chaos.md tells how they are taken. */
export interface ChaosResult {
  readonly units: number;
  readonly kills: number;
  readonly zombies: number;
  readonly brokerRestarts: number;
  /** Units that came out of the last topic. */
  readonly unique: number;
  readonly lost: number;
  /** In what any of the stages wrote, as orderViolations and unknown are. */
  readonly duplicated: number;
  readonly orderViolations: number;
  readonly recoveryMs: Readonly<Record<'killedForGood' | 'restarted' | 'stopped', Distribution>>;
  readonly standMs: Distribution;
  /** The same of what fell into each other, two kills at once for instance: all recoveries together. */
  readonly overlapping: { readonly recoveryMs: Distribution; readonly standMs: Distribution };
  /** Neither lost nor duplicated, but never sent. */
  readonly unknown: number;
  /** Units that were sent a second time on purpose, and must not come out twice. */
  readonly repeated: number;
  readonly brokers: number;
  readonly instances: number;
  readonly partitions: number;
  readonly sessionMs: number;
  readonly seed: number;
  readonly seconds: number;
  readonly unitsPerSecond: number;
  /** Processes that ran or waited for one of the machine's cores, on average. */
  readonly load: { readonly average: number; readonly cores: number };
  /** How often a recovery took longer than the run waits. */
  readonly unrecovered: number;
  /** Workers that ended by themselves. */
  readonly defects: readonly string[];
  /** Some of what was lost, duplicated or out of order. */
  readonly examples: readonly string[];
}

export interface Findings {
  readonly options: ChaosOptions;
  readonly tally: Pick<ChainTally, 'unique' | 'lost' | 'duplicated' | 'orderViolations' | 'unknown' | 'examples'>;
  readonly incidents: IncidentLog;
  readonly fleet: Pick<Fleet, 'stands' | 'defects'>;
  readonly repeated: number;
  readonly seconds: number;
  readonly load: ChaosResult['load'];
  readonly unrecovered: number;
}

export function resultOf({ options, tally, incidents, fleet, repeated, seconds, load, unrecovered }: Findings): ChaosResult {
  const { units, kills, zombies, brokerRestarts, brokers, instances, partitions, sessionMs, seed } = options;
  const kinds = ['killedForGood', 'restarted', 'stopped'] as const;
  const recovered = (kind: (typeof kinds)[number]) => incidents.of(kind).filter((incident) => incident.recovered);
  const alone = (span: Span) => incidents.during(span) <= 1;
  const times = (spans: readonly Span[]) => distribution(spans.map(({ from, to }) => to - from));
  const recovery = (kind: (typeof kinds)[number]) => times(recovered(kind).filter(alone));
  // Of others only: not where the broker was away, nor of a worker that was itself frozen.
  const touched = [...incidents.of('broker'), ...incidents.of('freeze')];
  const stands = fleet.stands.filter((stand) => !touched.some((other) => (other.worker ?? stand.worker) === stand.worker && overlap(other, stand)));
  return {
    units, kills, zombies, brokerRestarts,
    unique: tally.unique, lost: tally.lost, duplicated: tally.duplicated, orderViolations: tally.orderViolations,
    recoveryMs: { killedForGood: recovery('killedForGood'), restarted: recovery('restarted'), stopped: recovery('stopped') },
    standMs: times(stands.filter(alone)),
    overlapping: {
      recoveryMs: times(kinds.flatMap(recovered).filter((span) => !alone(span))),
      standMs: times(stands.filter((span) => !alone(span))),
    },
    unknown: tally.unknown, repeated, brokers, instances, partitions, sessionMs, seed,
    seconds: Math.round(seconds),
    unitsPerSecond: Math.round(units / seconds),
    load, unrecovered,
    defects: fleet.defects,
    examples: tally.examples,
  };
}

/** Each unit once, in order, out of every stage. */
export function isExact({ lost, duplicated, orderViolations, unknown }: ChaosResult): boolean {
  return lost + duplicated + orderViolations + unknown === 0;
}

/** That, and whatever was taken away recovered, and no worker ended by itself. */
export function isSound(result: ChaosResult): boolean {
  return isExact(result) && result.unrecovered === 0 && result.defects.length === 0;
}
