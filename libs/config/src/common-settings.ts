import { hostname } from 'node:os';
import { LANES } from '@docket/contracts';
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

/** Settings that every service has. */
export const serviceSettings = {
  instance: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/)
    .default(() => hostname())
    .meta({ description: 'Stable name of this instance (the pod name of a StatefulSet); default: the host name', preset: 'host name' }),
  lane: z.enum(LANES).default('standard').meta({ description: 'The security lane this process serves' }),
  adminPort: port.default(9464).meta({ description: 'Port of /metrics, /health/live and /health/ready' }),
  adminHost: z.string().default('0.0.0.0').meta({ description: 'Address on which metrics and health listen' }),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info').meta({ description: 'Least level that is logged' }),
} as const;

/** The port of a service's own HTTP interface. */
export function httpPort(preset: number, what: string) {
  return port.default(preset).meta({ description: `Port of ${what}` });
}
