import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';
import type { ToolOptions } from '../install/run-tool.js';

export interface FuzzOptions extends ToolOptions {
  readonly bodies: number;
  readonly records: number;
  readonly seed: number;
}

export const USAGE = `npm run fuzz [-- options]   mutated bodies over HTTP and mutated records on Kafka, against the real intake and validator
                            on a real Kafka; an oracle of its own says which of them break a rule

  --bodies N    bodies over HTTP: single, NDJSON lines, batches of records (default: 50000)
  --records N   records on grants.inbound and records.standard.inbound (default: 50000)
  --seed S      repeats a run (default: random; it is printed)
  --json FILE   write the result as JSON
  --help        this text

Exit code 0 only if no service ended or answered 5xx (503 of admission apart), each refusal named a problem or rule, each
record came to an end, and nothing got through that breaks a rule. What is wrong is shown with the number of its mutant:
the same seed makes it again.
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option, or out of its range. */
export function readOptions(args: readonly string[]): FuzzOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        bodies: { type: 'string', default: '50000' },
        records: { type: 'string', default: '50000' },
        seed: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return {
      bodies: whole('bodies', values.bodies, 10_000_000),
      records: whole('records', values.records, 10_000_000),
      seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed, 2 ** 31 - 1),
      json: values.json,
      help: values.help,
    };
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `${cause instanceof Error ? cause.message : 'bad options'}\n\n${USAGE}`, { cause });
  }
}

function whole(name: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new Error(`--${name} takes a whole number up to ${most}`);
  return value;
}
