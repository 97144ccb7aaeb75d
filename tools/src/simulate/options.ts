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
  --seed S      one seed only, with its whole trace
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
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        json: { type: 'string' },
        workers: { type: 'string', default: String(availableParallelism()) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return {
      seeds: whole('seeds', values.seeds, 1, 1e9),
      from: whole('from', values.from, 0, Number.MAX_SAFE_INTEGER - 1e9),
      seed: values.seed === undefined ? undefined : whole('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
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
