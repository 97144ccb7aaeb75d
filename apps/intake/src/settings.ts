import { httpPort, kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { z } from 'zod';
import { admissionSettings } from './admission/settings.js';
import { tenantName } from './auth/credentials.schema.js';

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
  httpAuth: z
    .enum(['required', 'off'])
    .default('required')
    .meta({ description: 'Whether HTTP callers need a credential of the credentials file; off lets everybody in as the one tenant, for a machine of your own' }),
  apiKeysFile: z.string().min(1).optional().meta({ description: 'File of API keys, token issuers and rate limits (YAML or JSON), read again when it changes; needed where auth is required' }),
  httpTenant: tenantName.default('default').meta({ description: 'Tenant of what comes in over HTTP where auth is off' }),
  maxBodyBytes: z.coerce.number().int().min(1_024).max(256 * 1024).default(256 * 1024).meta({ description: 'Largest HTTP body' }),
  maxConnections: z.coerce.number().int().min(1).default(10_000).meta({ description: 'HTTP connections at once; one more is closed at once' }),
  streamIdleMs: z.coerce.number().int().min(1_000).default(60_000).meta({ description: 'Longest wait for the next bytes of a stream of submissions' }),
  streamTotalMs: z.coerce.number().int().min(1_000).default(3_600_000).meta({ description: 'Longest time that a stream of submissions may take' }),
  replayEntries: z.coerce.number().int().min(1).max(10_000_000).default(100_000).meta({ description: 'Submissions that this instance remembers so as to answer repeats, its own and as many from outcomes; about 500 bytes each' }),
  replayHours: z.coerce.number().int().min(1).max(720).default(24).meta({ description: 'How long it remembers them' }),
  problemBaseUrl: z
    .string()
    .regex(/^(https?:\/\/\S+)?\/problems\/$/, 'a URL or path that ends in /problems/')
    .default('/problems/')
    .meta({ description: "What the types of problems begin with: relative to the front door, or the same behind its public address" }),
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
