import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';

export interface FundersOptions {
  readonly units: number;
  readonly quietUnits: number;
  readonly kills: number;
  readonly perSecond: number;
  /** From 0 to 1. */
  readonly throttledShare: number;
  readonly failMs: number;
  readonly partitions: number;
  readonly together: boolean;
  /** No run alone, and none without kills. */
  readonly once: boolean;
  readonly seed: number;
  /** File for the result. */
  readonly json: string | undefined;
  readonly help: boolean;
}

export const USAGE = `npm run funders -- [options]

Feeds grants for three funders to the real services on a Kafka of its own, kills the services at random, and asks the funder
simulator and the topic of outcomes what became of each grant. The funders: one that takes 10 calls a second (burst 15, 429 with
Retry-After), one that answers 503 to everything while the feed begins, and a good one; a submission is three calls. Half of each
funder's grants come over HTTP, half straight onto grants.inbound. intake, validator and executor run twice each, and all six
are killed in turn.

Four runs, each with a new Kafka and new services: the good funder alone and all three, without kills and then with the same kills.
Alone means: the good funder's grants at the same instants, without those of the others.

  --units N           grants of the runs with kills (default: 5000)
  --kills K           SIGKILLs in each run with kills, spread over the feed (default: 15)
  --quiet-units N     grants of the runs without kills; 0 leaves these out (default: 1500, at most --units)
  --rate R            grants a second (default: 40)
  --throttled P       percent of the grants that go to the throttling funder, which closes 3.3 a second at most (default: 10)
  --fail-seconds S    how long the failing funder fails (default: 60)
  --partitions P      of each topic (default: 6)
  --apart             the funders on partitions of their own (default: all three on one partition, the worst case)
  --once              only the last of the four runs; the good funder's p99 then has nothing to be compared with
  --seed S            repeats the choices of a run (default: random; it is printed)
  --json FILE         the result as JSON, beside the table
  --help              this text

Exit code 0 only if in every run each grant was submitted exactly once, none was lost, doubled or ended otherwise, no service
ended by itself, and the good funder's p99 with the others was at most 1.5 times that of its run alone: without kills, or with
them where there are no runs without. With kills both p99 are given; they depend on which instance is hit when.
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option, or out of its range. */
export function readOptions(args: readonly string[]): FundersOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        units: { type: 'string', default: '5000' },
        kills: { type: 'string', default: '15' },
        'quiet-units': { type: 'string' },
        rate: { type: 'string', default: '40' },
        throttled: { type: 'string', default: '10' },
        'fail-seconds': { type: 'string', default: '60' },
        partitions: { type: 'string', default: '6' },
        apart: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        seed: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const units = whole('units', values.units, 10, 1_000_000);
    const partitions = whole('partitions', values.partitions, 1, 100);
    if (values.apart && partitions < 3) throw new Error('--apart takes --partitions 3 at least');
    return {
      units, partitions,
      quietUnits: values.once ? 0 : whole('quiet-units', values['quiet-units'] ?? String(Math.min(units, 1_500)), 0, units),
      kills: whole('kills', values.kills, 0, 1_000),
      perSecond: whole('rate', values.rate, 1, 2_000),
      throttledShare: whole('throttled', values.throttled, 0, 90) / 100,
      failMs: whole('fail-seconds', values['fail-seconds'], 1, 3_600) * 1_000,
      together: !values.apart,
      once: values.once,
      seed: values.seed === undefined ? randomInt(2 ** 32) : whole('seed', values.seed, 0, 2 ** 32 - 1),
      json: values.json,
      help: values.help,
    };
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `${cause instanceof Error ? cause.message : 'bad options'}\n\n${USAGE}`, { cause });
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Error(`--${name} takes a whole number from ${least} to ${most}`);
  return value;
}
