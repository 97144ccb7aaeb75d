import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';

export interface SimulateOptions {
  readonly seeds: number;
  readonly from: number;
  /** One seed with its whole trace. */
  readonly seed: number | undefined;
  readonly json: string | undefined;
  readonly workers: number;
  readonly help: boolean;
}

export const SIMULATE_USAGE = `npm run simulate [-- options]   runs the streaming core on a simulated broker, with faults, in virtual time

  --seeds N     how many runs (default: 1000)
  --from S      first seed (default: 1)
  --seed S      one seed only, with its whole trace; without --seeds and --from
  --json FILE   write the figures as JSON
  --workers N   threads (default: one a core)
  --help        this text

Exit code 0 where every guarantee held in every run, 1 where one was broken. The same seed gives the same run, for ever.
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option. */
export function readSimulateOptions(args: readonly string[]): SimulateOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'string' },
        workers: { type: 'string', default: String(availableParallelism()) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { seeds, from, seed } = values;
    const isRange = seeds !== undefined || from !== undefined;
    if (seed !== undefined && isRange) throw new Error('--seed runs one seed: give no --seeds and no --from with it');
    return {
      seeds: whole('seeds', seeds ?? '1000', 1, 1e9),
      from: whole('from', from ?? '1', 0, Number.MAX_SAFE_INTEGER - 1e9),
      seed: seed === undefined ? undefined : whole('seed', seed, 0, Number.MAX_SAFE_INTEGER),
      json: values.json,
      workers: whole('workers', values.workers, 1, 256),
      help: values.help,
    };
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `${cause instanceof Error ? cause.message : 'bad options'}\n\n${SIMULATE_USAGE}`, { cause });
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`--${name} takes a whole number from ${least} to ${most}`);
  return value;
}
