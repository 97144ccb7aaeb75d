import { httpPort, kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { z } from 'zod';
import { admissionSettings } from './admission/settings.js';

const tenantName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits, dashes');

function readPair(pair: string): [string, string] {
  const at = pair.lastIndexOf('=');
  return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
}

/** `source=tenant` pairs from an environment variable, or a map from the configuration file. */
const sources = z
  .preprocess(
    (given: unknown): unknown => (typeof given === 'string' ? Object.fromEntries(given.split(',').filter(Boolean).map(readPair)) : given),
    z.record(z.string().min(1).max(200), tenantName),
  )
  .default({});

export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  ...stageSettings,
  ...admissionSettings,
  httpPort: httpPort(8080, 'the front door'),
  httpHost: z.string().default('0.0.0.0').meta({ description: 'Address on which the front door listens' }),
  sources: sources.meta({ description: 'Tenant of each ce_source that may write to the inbound topics: source=tenant,source=tenant' }),
  httpTenant: tenantName.default('default').meta({ description: 'Tenant of what comes in over HTTP' }),
  maxBodyBytes: z.coerce.number().int().min(1_024).max(256 * 1024).default(256 * 1024).meta({ description: 'Largest HTTP body' }),
  statusUrl: z
    .url()
    .default('http://127.0.0.1:8085/api/v1')
    .meta({ description: "Base of the console's API: Location headers point below it" }),
  receiptTimeZone: z
    .string()
    .default('America/New_York')
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'an IANA time zone')
    .meta({ description: 'Time zone that decides on which day a records request was received' }),
  ackTimeoutMs: z.coerce.number().int().min(100).default(10_000).meta({ description: 'Longest wait for the broker before a request is answered 503' }),
});

export type Settings = z.output<typeof settingsSchema>;
