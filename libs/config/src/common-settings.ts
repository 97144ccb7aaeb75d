import { hostname } from 'node:os';
import { LANES, RETRY_TIERS } from '@docket/contracts';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);

/** Settings of whatever talks to Kafka. Spread into a service's schema. */
export const kafkaSettings = {
  kafkaBrokers: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^:\s]+:\d+$/, 'host:port, separated by commas')).min(1))
    .meta({ env: 'KAFKA_BROKERS', description: 'Bootstrap brokers, host:port, separated by commas' }),
  prefix: z
    .string()
    .regex(/^([a-z0-9-]+\.)?$/, 'lower-case letters, digits and dashes, ending in a dot')
    .default('')
    .meta({ description: 'Stands before topics, groups and client ids, so that two installs can share a cluster' }),
} as const;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `250ms`, `2s`, `10m`, `1h` to milliseconds. */
function milliseconds(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return digits === '' ? Number.NaN : Number(digits) * (UNITS[unit] ?? Number.NaN);
}

/** Settings of whatever runs stages. */
export const stageSettings = {
  retryDelays: z
    .string()
    .default('2s,10s,1m,10m,1h')
    .transform((text) => text.split(',').map(milliseconds))
    .refine((delays) => delays.length <= RETRY_TIERS && delays.every((ms, at) => ms >= 1 && ms > (delays[at - 1] ?? 0)), {
      message: `up to ${RETRY_TIERS} rising delays such as 2s,10s,1m`,
    })
    .meta({ description: 'Delay of each retry topic, rising, up to five; a failed unit goes one further with each try' }),
  acceptGaps: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Start although the broker deleted records before they were read; see docs/problems.md#ledger. Unset it afterwards' }),
} as const;

/** Settings that every service has. */
export const serviceSettings = {
  instance: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/)
    .default(() => hostname())
    .meta({ description: 'Stable name of this instance (the pod name of a StatefulSet), no other process of the service may have it; default: the host name', preset: 'host name' }),
  lane: z.enum(LANES).default('standard').meta({ description: 'The security lane this process serves' }),
  adminPort: port.default(9464).meta({ description: 'Port of /metrics, /health/live and /health/ready' }),
  adminHost: z.string().default('0.0.0.0').meta({ description: 'Address on which metrics and health listen' }),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info').meta({ description: 'Least level that is logged' }),
} as const;

/** The port of a service's own HTTP interface. */
export function httpPort(preset: number, what: string) {
  return port.default(preset).meta({ description: `Port of ${what}` });
}
