import { DocketError, SHA256_HEX } from '@docket/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { PIPELINES } from './caller.js';

export const tenantName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits, dashes');
const pipelines = z.array(z.enum(PIPELINES)).min(1);
const instant = z.iso.datetime({ offset: true, error: 'an ISO 8601 time with its zone' }).transform((text) => Date.parse(text));

const apiKey = z.strictObject({
  /** Names the entry in logs; the key itself is nowhere. */
  id: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dot, dash, underscore'),
  /** SHA-256 of the key, lower-case hex. */
  hash: z.string().regex(SHA256_HEX, 'SHA-256 in lower-case hex'),
  tenant: tenantName,
  pipelines,
  notBefore: instant.optional(),
  notAfter: instant.optional(),
});

/** Keys fetched over plain HTTP could be anybody's; on the own machine nobody stands between. */
const keySetUrl = z.url().refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}, 'an https URL');

/** Signatures that a public key checks: a shared secret or none at all would let a caller sign for itself. */
const algorithms = z
  .array(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']))
  .min(1)
  .default(['RS256', 'ES256']);

const issuer = z
  .strictObject({
    issuer: z.string().min(1).max(500),
    jwksUrl: keySetUrl,
    audience: z.string().min(1).max(500),
    algorithms,
    /** The tenant of every token of this issuer, or the claim that names one of `tenants`. */
    tenant: tenantName.optional(),
    tenantClaim: z.string().min(1).max(200).optional(),
    tenants: z.array(tenantName).min(1).optional(),
    /** Scope of a token to the pipeline that it opens. */
    scopes: z.record(z.string().min(1).max(200), z.enum(PIPELINES)),
    clockToleranceSeconds: z.number().int().min(0).max(300).default(30),
  })
  .refine(({ tenant, tenantClaim, tenants }) => (tenant !== undefined) !== (tenantClaim !== undefined && tenants !== undefined), {
    error: 'give either tenant, or tenantClaim and tenants',
  });

const limit = z.strictObject({
  perSecond: z.number().positive().max(1_000_000),
  burst: z.number().int().min(1).max(1_000_000),
});

const schema = z
  .strictObject({
    keys: z.array(apiKey).max(10_000).default([]),
    issuers: z.array(issuer).max(50).default([]),
    limits: z.strictObject({ default: limit.optional(), tenants: z.record(tenantName, limit).default({}) }).default({ tenants: {} }),
  })
  .superRefine(({ keys, issuers }, context) => {
    // An emptied file must not take every credential away.
    if (keys.length + issuers.length === 0) context.addIssue({ code: 'custom', message: 'neither keys nor issuers: nobody could send anything' });
    repeated(keys.map(({ id }) => id), 'keys', 'id', context);
    repeated(keys.map(({ hash }) => hash), 'keys', 'hash', context);
    repeated(issuers.map((entry) => entry.issuer), 'issuers', 'issuer', context);
  });

export type Credentials = z.output<typeof schema>;
export type ApiKey = Credentials['keys'][number];
export type Issuer = Credentials['issuers'][number];
/** Units a second, and how many may come at once after a pause. */
export type Limit = z.output<typeof limit>;

/** Reads the text of a credentials file, YAML or JSON. Throws DOCKET_CREDENTIALS with every problem, never a value. */
export function parseCredentials(text: string): Credentials {
  let value: unknown;
  try {
    // Aliases would let a small file grow without bound.
    value = parse(text, { maxAliasCount: 0 });
  } catch {
    throw new DocketError('DOCKET_CREDENTIALS', 'the credentials file is not YAML');
  }
  const result = schema.safeParse(value ?? {}, { reportInput: false });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  - ${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new DocketError('DOCKET_CREDENTIALS', `the credentials file cannot be used:\n${problems.join('\n')}`);
}

/** Every tenant that a credential of the file can stand for. */
export function tenantsOf({ keys, issuers }: Credentials): Set<string> {
  return new Set([...keys.map(({ tenant }) => tenant), ...issuers.flatMap(({ tenant, tenants }) => tenants ?? (tenant === undefined ? [] : [tenant]))]);
}

function repeated(values: readonly string[], list: string, field: string, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (seen.has(value)) context.addIssue({ code: 'custom', path: [list, index, field], message: 'there already' });
    seen.add(value);
  });
}
