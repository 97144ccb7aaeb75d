import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';
import type { ToolOptions } from '../install/run-tool.js';

export interface OverloadOptions extends ToolOptions {
  /** Of overload. */
  readonly minutes: number;
  /** Offered over sustainable. */
  readonly factor: number;
  /** Units a second that the funders take, all together. */
  readonly sustainable: number;
  /** Seconds that a grant may wait behind intake (T). */
  readonly target: number;
  /** Share of the offer that goes straight onto Kafka. */
  readonly kafkaShare: number;
  /** Folder for the samples. */
  readonly out: string | undefined;
  /** SVG file. */
  readonly figure: string | undefined;
}

export const USAGE = `npm run overload [-- options]   more grants than the funders take, over HTTP and Kafka at once, through the real services on a
                                real Kafka; then half of what they take. Says whether anything accepted was lost, how old it got,
                                and when all was let in again

  --minutes M       of overload (default: 2)
  --factor F        offered over sustainable (default: 3)
  --sustainable R   units a second that the funders take, all together (default: 48)
  --target T        seconds that a grant may wait behind intake (default: 20)
  --kafka-share S   share of the offer that goes straight onto Kafka (default: 0.5)
  --out DIR         write a sample a second as samples.csv and samples.json
  --figure FILE     write the figure as SVG, e.g. docs/images/overload.svg
  --json FILE       write the result as JSON
  --help            this text

Exit code 0 only if every promise that is shown held. Close other programs: they share the cores.
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option, or out of its range. */
export function readOptions(args: readonly string[]): OverloadOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        minutes: { type: 'string', default: '2' },
        factor: { type: 'string', default: '3' },
        sustainable: { type: 'string', default: '48' },
        target: { type: 'string', default: '20' },
        'kafka-share': { type: 'string', default: '0.5' },
        out: { type: 'string' },
        figure: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return {
      minutes: number('minutes', values.minutes, 0.05, 60),
      factor: number('factor', values.factor, 1, 20),
      sustainable: number('sustainable', values.sustainable, 12, 2_000),
      target: number('target', values.target, 1, 600),
      kafkaShare: number('kafka-share', values['kafka-share'], 0, 1),
      out: values.out, figure: values.figure, json: values.json, help: values.help,
    };
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `${cause instanceof Error ? cause.message : 'bad options'}\n\n${USAGE}`, { cause });
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Error(`--${name} takes a number from ${least} to ${most}`);
  return value;
}
