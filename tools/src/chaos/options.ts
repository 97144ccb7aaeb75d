import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';

export interface ChaosOptions {
  readonly units: number;
  readonly kills: number;
  readonly zombies: number;
  readonly brokerRestarts: number;
  readonly brokers: 1 | 3;
  readonly instances: number;
  readonly partitions: number;
  readonly sessionMs: number;
  readonly seed: number;
  readonly json: string | undefined;
  readonly keep: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run chaos [-- options]   a chain of three stages, run by processes that are killed, frozen and restarted;
                             then a reader of its own checks that each unit came out once and in order

  --units N             units to send (default: 5000)
  --kills K             SIGKILLs, half of them for good; half as many clean stops go with them (default: 8)
  --zombies Z           processes frozen past their session, then woken (default: 1)
  --broker-restarts B   brokers killed or stopped for 5 to 30 s (default: 1)
  --brokers 1|3         nodes of the Kafka cluster; with 3, each topic has three replicas (default: 1)
  --instances I         worker processes (default: 3)
  --partitions P        of each topic (default: 6)
  --session-ms S        session time-out of the groups, 6000 to 60000 (default: 6000)
  --seed S              repeats the choices of a run (default: random; it is printed)
  --json FILE           write the result as JSON
  --keep                keep the brokers' data and all logs (kept in any case where something is wrong)
  --help                this text

Exit code 0 only if nothing was lost, duplicated or out of order in what any stage wrote, everything recovered in time
and no worker ended by itself.
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option, or out of its range. */
export function readOptions(args: readonly string[]): ChaosOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        units: { type: 'string', default: '5000' },
        kills: { type: 'string', default: '8' },
        zombies: { type: 'string', default: '1' },
        'broker-restarts': { type: 'string', default: '1' },
        brokers: { type: 'string', default: '1' },
        instances: { type: 'string', default: '3' },
        partitions: { type: 'string', default: '6' },
        'session-ms': { type: 'string', default: '6000' },
        seed: { type: 'string' },
        json: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const brokers = whole('brokers', values.brokers, 1, 3);
    if (brokers === 2) throw new Error('--brokers takes 1 or 3');
    return {
      units: whole('units', values.units, 1, 10_000_000),
      kills: whole('kills', values.kills, 0, 10_000),
      zombies: whole('zombies', values.zombies, 0, 1_000),
      brokerRestarts: whole('broker-restarts', values['broker-restarts'], 0, 1_000),
      brokers: brokers === 1 ? 1 : 3,
      instances: whole('instances', values.instances, 2, 20),
      partitions: whole('partitions', values.partitions, 1, 100),
      sessionMs: whole('session-ms', values['session-ms'], 6_000, 60_000),
      seed: values.seed === undefined ? randomInt(2 ** 32) : whole('seed', values.seed, 0, 2 ** 32 - 1),
      json: values.json,
      keep: values.keep,
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
