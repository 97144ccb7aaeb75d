import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';

export interface StartOptions {
  readonly exit: boolean;
  readonly fresh: boolean;
  readonly report: string | undefined;
  readonly data: string;
  readonly portOffset: number;
  readonly help: boolean;
}

export const USAGE = `npm start [-- options]   brings up everything on this machine and sends the samples through it

  --exit            stop after the table; exit code 0 only if every sample ended as expected
  --report FILE     write the table as JSON
  --fresh           begin with empty data (default: what the last run kept)
  --data DIR        where data and logs are kept (default: .docket)
  --port-offset N   add N to every port (default: 0)
  --help            this text

  KAFKA_BROKERS=host:port,...   use that Apache Kafka instead of one of our own
`;

/** Throws DOCKET_USAGE (critical) on anything that is not an option. */
export function readOptions(args: readonly string[]): StartOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        exit: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        report: { type: 'string' },
        data: { type: 'string', default: '.docket' },
        'port-offset': { type: 'string', default: '0' },
      },
    });
    const portOffset = Number(values['port-offset']);
    if (!Number.isInteger(portOffset) || portOffset < 0 || portOffset > 50_000) throw new Error('--port-offset takes a whole number from 0 to 50000');
    return { exit: values.exit, fresh: values.fresh, report: values.report, data: values.data, portOffset, help: values.help };
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `${cause instanceof Error ? cause.message : 'bad options'}\n\n${USAGE}`, { cause });
  }
}
