import { isDocketError, type Clock } from '@docket/contracts';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../http/problem.js';
import { caller, PIPELINES, sourceOf, type Caller } from './caller.js';
import type { CredentialFile } from './credential-file.js';
import type { Limit } from './credentials.schema.js';

/** Says who sends a request, and what is known of tenants. */
export interface Authenticator {
  /** Synchronous for API keys. Throws (or rejects with) a 401 problem, or 503 where an issuer cannot be asked. */
  authenticate(headers: IncomingHttpHeaders): Caller | Promise<Caller>;
  limitOf(tenant: string): Limit | undefined;
  /** The tenant whose HTTP door a ce_source names, if there is such a tenant. */
  tenantOfSource(source: string): string | undefined;
  stop(): void;
}

/** Everybody is the one tenant: for a machine of one's own. */
export function openToAll(tenant: string): Authenticator {
  const anybody = caller(tenant, PIPELINES);
  return {
    authenticate: () => anybody,
    limitOf: () => undefined,
    tenantOfSource: (source) => (source === anybody.source ? tenant : undefined),
    stop: () => undefined,
  };
}

/** By API key or JWT. */
export function byCredentials(file: CredentialFile, clock: Clock): Authenticator {
  return {
    authenticate: (headers) => {
      const credential = credentialOf(headers);
      const { keys, tokens } = file.current;
      if (!credential.startsWith('dk_')) return tokens.verify(credential).then(known, notReached);
      return known(keys.find(credential, clock.now()));
    },
    limitOf: (tenant) => file.current.limitOf(tenant),
    tenantOfSource: (source) => {
      const tenant = /^\/tenants\/([a-z0-9-]+)\/http$/.exec(source)?.[1];
      return tenant !== undefined && file.current.tenants.has(tenant) && sourceOf(tenant) === source ? tenant : undefined;
    },
    stop: () => file.stop(),
  };
}

function credentialOf(headers: IncomingHttpHeaders): string {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization !== undefined && key !== undefined) throw unauthenticated('Give one credential: Authorization or X-API-Key, not both.');
  if (typeof key === 'string') return key.startsWith('dk_') ? key : 'dk_';
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw unauthenticated('Give an API key or a token: Authorization: Bearer ..., or an API key as X-API-Key.');
  return token;
}

function known(found: Caller | undefined): Caller {
  if (!found) throw unauthenticated('The credential is not known, not valid yet or no longer, or for somebody else.');
  return found;
}

function notReached(error: unknown): never {
  if (!isDocketError(error)) throw error;
  throw new Problem('DOCKET_ISSUER', "The issuer's keys cannot be fetched: try again, or send an API key.", { retryAfterSeconds: 5 });
}

function unauthenticated(detail: string): Problem {
  return new Problem('DOCKET_UNAUTHENTICATED', detail, { authenticate: true });
}
