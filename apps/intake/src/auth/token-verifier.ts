import { DocketError, type Clock } from '@docket/contracts';
import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify, type FetchImplementation, type JWTPayload, type RemoteJWKSet } from 'jose';
import { caller, type Caller } from './caller.js';
import type { Issuer } from './credentials.schema.js';

const MAX_TOKEN = 8 * 1024;
const MAX_KEY_SET = 1024 * 1024;

/** Key sets by their URL: a reload of the credentials file must not forget what was fetched. */
export type KeySets = Map<string, RemoteJWKSet>;

/** Faults of the issuer's side, not of the token. */
const NOT_REACHED = new Set<string>([errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code]);

/** Checks JWTs against the issuers of the credentials file. */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, { readonly issuer: Issuer; readonly keySet: RemoteJWKSet }>;

  constructor(issuers: readonly Issuer[], keySets: KeySets, private readonly clock: Clock) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keySet: keySetOf(issuer.jwksUrl, keySets) }]));
    const used = new Set(issuers.map(({ jwksUrl }) => jwksUrl));
    for (const url of keySets.keys()) if (!used.has(url)) keySets.delete(url);
  }

  /** Whose token it is; undefined where it stands for nobody. Throws DOCKET_ISSUER (retriable) where the issuer's keys cannot be had. */
  async verify(token: string): Promise<Caller | undefined> {
    const found = this.#issuers.get(issuerOf(token) ?? '');
    if (!found) return undefined;
    const { issuer, keySet } = found;
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: issuer.algorithms,
        clockTolerance: issuer.clockToleranceSeconds,
        currentDate: new Date(this.clock.now()),
        requiredClaims: ['exp'],
      });
      return callerOf(payload, issuer);
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !NOT_REACHED.has(cause.code)) return undefined;
      throw new DocketError('DOCKET_ISSUER', "the issuer's keys cannot be fetched", { kind: 'retriable', cause });
    }
  }
}

function keySetOf(url: string, keySets: KeySets): RemoteJWKSet {
  const known = keySets.get(url);
  if (known) return known;
  const keySet = createRemoteJWKSet(new URL(url), { [customFetch]: boundedFetch });
  keySets.set(url, keySet);
  return keySet;
}

/** Key sets are small; whoever answers for the issuer must not fill our memory. */
const boundedFetch: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MAX_KEY_SET) throw new errors.JWKSInvalid('the key set is larger than any issuer needs');
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers });
};

function issuerOf(token: string): string | undefined {
  if (token.length > MAX_TOKEN) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function callerOf(payload: JWTPayload, { tenant, tenantClaim, tenants, scopes }: Issuer): Caller | undefined {
  const named = tenant ?? payload[tenantClaim ?? ''];
  if (typeof named !== 'string' || (tenant === undefined && !tenants?.includes(named))) return undefined;
  const given = scopesOf(payload);
  return caller(named, Object.entries(scopes).filter(([scope]) => given.includes(scope)).map(([, pipeline]) => pipeline));
}

/** `scope` is a text with spaces (RFC 8693); some issuers write a list into `scp`. */
function scopesOf({ scope, scp }: JWTPayload): readonly unknown[] {
  if (typeof scope === 'string') return scope.split(' ');
  return Array.isArray(scp) ? scp : typeof scp === 'string' ? scp.split(' ') : [];
}
