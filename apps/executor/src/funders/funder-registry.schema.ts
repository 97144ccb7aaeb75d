import { z } from 'zod';
import { isTimeZone } from '../limits/quota-window.js';

/** Calls that a submission takes, of which the last alone takes effect. */
export const CALLS = { 'common-grants': 3, webhook: 1 } as const;

/**
 * Where a repeat is not recognised by a key, a call must end while this instance surely owns the partition: nine seconds
 * behind a heartbeat, which comes every half second, less the time to write the intent.
 */
const MOST_UNKEYED_MS = 6_000;
const KEYED_MS = 10_000;
const UNKEYED_MS = 5_000;

const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http or https URL')
  .refine((text) => !URL.canParse(text) || bare(new URL(text)), 'without user, password and fragment');
const baseUrl = url
  .refine((text) => !URL.canParse(text) || new URL(text).search === '', 'without query')
  .refine((text) => !/\/common-grants\/?$/.test(text), 'without /common-grants: the connector adds it');

const envName = z
  .string()
  .regex(/^(?!DOCKET_)[A-Z][A-Z0-9_]*$/, 'capitals, digits and underscores, not beginning with DOCKET_ (those are settings)');
const file = z.string().min(1);

/** How much a funder may be given. What is left out has no bound. */
const limits = z
  .strictObject({
    /** Submissions under way at once, at most maxConnections, which is the default: one that waits for a connection uses up its time. */
    concurrency: z.int().min(1).max(256).optional(),
    /** Calls a second over a longer time; a CommonGrants submission takes three calls, a webhook one. */
    perSecond: z.number().min(0.01).max(10_000).optional(),
    /** Calls at once after a rest; default: perSecond, and at least the calls of one submission. */
    burst: z.int().min(1).max(100_000).optional(),
    /** Submissions in a calendar day and in a calendar month of the time zone. */
    perDay: z.int().min(1).max(1_000_000_000).optional(),
    perMonth: z.int().min(1).max(1_000_000_000).optional(),
    /** IANA name, e.g. `America/New_York`: its midnight begins the day and the month. */
    timeZone: z.string().refine(isTimeZone, 'a time zone by its IANA name, e.g. America/New_York').default('UTC'),
  })
  .refine(({ burst, perSecond }) => burst === undefined || perSecond !== undefined, { path: ['burst'], message: 'only with perSecond' });

const common = {
  /** As grants name it in `funder`; also a metric label. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
  /** Longest time for one call, in milliseconds. Default 10,000; where `repeat` is no key 5,000, and at most 6,000. */
  deadlineMs: z.int().min(100).max(120_000).optional(),
  /** Most open connections; further calls wait for one. */
  maxConnections: z.int().min(1).max(1000).default(4),
  limits: limits.prefault({}),
};

const commonGrants = z.strictObject({
  ...common,
  connector: z.literal('common-grants'),
  /** What stands before `/common-grants`, e.g. `https://grants.example.org/api`. */
  baseUrl,
  /** Where the X-API-Key stands: in an environment variable or in a file. */
  apiKeyEnv: envName.optional(),
  apiKeyFile: file.optional(),
  /** The funder's ids of the competition that is applied to and of its form. */
  competitionId: z.uuid(),
  formId: z.uuid(),
  /** What the funder does with a submission that comes twice: it must be asked, since CommonGrants says nothing of it. */
  repeat: z.enum(['idempotency-key', 'none'], {
    error: ({ input }) =>
      input === 'look-up'
        ? 'CommonGrants 0.4.0 has no look-up by our reference: say idempotency-key where the funder honours that header, else none'
        : 'say idempotency-key where the funder honours that header, else none: it decides whether a call may be repeated',
  }),
});

const webhook = z.strictObject({
  ...common,
  connector: z.literal('webhook'),
  /** Each submission is a POST to it. */
  url,
  /** The header that holds the key, what stands before the key in it (e.g. `Bearer`), and where the key stands. */
  auth: z
    .strictObject({
      header: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'the name of a header').refine((name) => !OURS.has(name.toLowerCase()), 'a header that the connector sets itself'),
      scheme: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/, 'an authentication scheme, e.g. Bearer').optional(),
      keyEnv: envName.optional(),
      keyFile: file.optional(),
    })
    .refine(({ keyEnv, keyFile }) => (keyEnv === undefined) !== (keyFile === undefined), { message: 'name the key in exactly one of keyEnv, keyFile' })
    .optional(),
  /** Signs each POST as Standard Webhooks do; the secret is `whsec_` and base64 of 24 to 64 bytes. */
  signing: z
    .strictObject({ secretEnv: envName.optional(), secretFile: file.optional() })
    .refine(({ secretEnv, secretFile }) => (secretEnv === undefined) !== (secretFile === undefined), { message: 'name the secret in exactly one of secretEnv, secretFile' })
    .optional(),
  /** What the funder does with a submission that comes twice. */
  repeat: z.enum(['idempotency-key', 'look-up', 'none'], { error: 'say idempotency-key, look-up or none: it decides how a call in doubt is handled' }),
  /** For `look-up`: `{reference}` stands for the unit's correlation id. */
  lookUpUrl: z.string().refine((text) => text.split('{reference}').length === 2 && url.safeParse(text.replace('{reference}', 'r')).success, 'an http or https URL that holds {reference} once').optional(),
});

const OURS: ReadonlySet<string> = new Set([
  'accept', 'connection', 'content-length', 'content-type', 'host', 'idempotency-key', 'transfer-encoding', 'webhook-id', 'webhook-signature', 'webhook-timestamp',
]);

/** One funder of the registry. */
export const funderSchema = z
  .discriminatedUnion('connector', [commonGrants, webhook], { error: 'connector must be common-grants or webhook' })
  .superRefine((funder, context) => {
    const complain = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
    if (funder.connector === 'common-grants' && (funder.apiKeyEnv === undefined) === (funder.apiKeyFile === undefined)) {
      complain('name the key in exactly one of apiKeyEnv, apiKeyFile');
    }
    if (funder.connector === 'webhook') {
      if ((funder.repeat === 'look-up') !== (funder.lookUpUrl !== undefined)) complain('lookUpUrl belongs to repeat: look-up, and is needed there', 'lookUpUrl');
      const { lookUpUrl } = funder;
      if (lookUpUrl !== undefined && URL.canParse(lookUpUrl) && URL.canParse(funder.url) && new URL(lookUpUrl).origin !== new URL(funder.url).origin) {
        complain('must have the scheme, host and port of url: the key is sent there too', 'lookUpUrl');
      }
    }
    if (funder.repeat !== 'idempotency-key' && (funder.deadlineMs ?? 0) > MOST_UNKEYED_MS) {
      complain(`at most ${MOST_UNKEYED_MS} where repeat is ${funder.repeat}: the call must end while this instance surely owns the partition`, 'deadlineMs');
    }
    if ((funder.limits.concurrency ?? 0) > funder.maxConnections) {
      complain(`at most maxConnections, ${funder.maxConnections}: a call that waits for a connection uses up its time`, 'limits', 'concurrency');
    }
    if ((funder.limits.burst ?? Infinity) < CALLS[funder.connector]) complain(`at least ${CALLS[funder.connector]}, the calls of one submission`, 'limits', 'burst');
  })
  .transform((funder) => ({ ...funder, deadlineMs: funder.deadlineMs ?? (funder.repeat === 'idempotency-key' ? KEYED_MS : UNKEYED_MS) }));

/**
 * Longest time of one submission, milliseconds: how many times a call's deadline fits into it. CommonGrants: the start, and two
 * steps that wait out a throttle for one deadline and may then call for another. A webhook: the look-up, and the call.
 */
export function longestMs(funder: Pick<Funder, 'connector' | 'repeat' | 'deadlineMs'>): number {
  return (funder.connector === 'common-grants' ? 5 : funder.repeat === 'look-up' ? 2 : 1) * funder.deadlineMs;
}

/** The file that lists the funders to which grants may go; each entry is a funderSchema. */
export const registrySchema = z.strictObject({ funders: z.array(z.unknown()).min(1).max(50) });

export type Funder = z.output<typeof funderSchema>;
export type CommonGrantsFunder = Extract<Funder, { connector: 'common-grants' }>;
export type WebhookFunder = Extract<Funder, { connector: 'webhook' }>;

function bare(url: URL): boolean {
  return url.username === '' && url.password === '' && url.hash === '';
}
