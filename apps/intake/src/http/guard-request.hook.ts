import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { Caller, Pipeline } from '../auth/caller.js';
import type { FrontDoor } from './front-door.js';
import type { AllowedMethods } from './allowed-methods.js';
import { notLetIn, Problem } from './problem.js';
import { readHeaders } from './read-request.js';
import type { Sender } from './sender.js';
import { isKnownGrant, keyName } from './submit-grant.js';

const MAX_URL = 2_048;
const MAX_HEADERS = 100;
/** As Node reads it, which then has asked for the body already. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

export const ROUTE = { submissions: '/v1/grants/submissions', stream: '/v1/grants/submissions/stream', batches: '/v1/records/batches' } as const;

interface Guarded {
  readonly pipeline: Pipeline;
  /** Whether one unit asks to be let in before the body; lines of a stream ask for themselves. */
  readonly asksFirst: boolean;
}

const GUARDED: Readonly<Record<string, Guarded | undefined>> = {
  [ROUTE.submissions]: { pipeline: 'grants', asksFirst: true },
  [ROUTE.stream]: { pipeline: 'grants', asksFirst: false },
  [ROUTE.batches]: { pipeline: 'records', asksFirst: true },
};

/**
 * Runs before a body is read, cheapest first: limits of the request, who sends it, how fast the tenant may send, and
 * whether the stages behind can bear more. Replays of known keys do not ask for that: they make no work.
 */
export function guardRequests(door: FrontDoor, methods: AllowedMethods) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    try {
      checkForm(request);
      if (request.is404) {
        const allow = methods.of(request.url);
        if (allow === undefined) return done();
        if (request.method !== 'OPTIONS') throw new Problem('DOCKET_METHOD', undefined, { allow });
        void reply.code(204).header('allow', allow).send();
        return;
      }
      const guarded = GUARDED[request.routeOptions.url ?? ''];
      if (!guarded) return done();
      checkHeaders(request);
      const caller = door.authenticator.authenticate(request.headers);
      if (caller instanceof Promise) {
        caller.then((known) => enter(door, request, guarded, known)).then(() => done(), done);
        return;
      }
      enter(door, request, guarded, caller);
    } catch (error) {
      return done(error as Error);
    }
    done();
  };
}

/** What every request has to keep to, whatever it asks for. */
export function checkForm({ url, raw, headers }: FastifyRequest): void {
  if (url.length > MAX_URL) throw new Problem('DOCKET_URL_TOO_LONG');
  if (raw.rawHeaders.length > 2 * MAX_HEADERS) throw new Problem('DOCKET_HEADERS_TOO_LARGE');
  if (raw.httpVersion !== '1.1') return;
  if (headers.host === undefined) throw new Problem('DOCKET_BAD_REQUEST', 'A request of HTTP/1.1 has a Host header.');
  if (headers.expect !== undefined && !CONTINUE.test(headers.expect)) throw new Problem('DOCKET_EXPECTATION');
}

function checkHeaders({ url, headers, routeOptions }: FastifyRequest): void {
  if (url.includes('?')) throw new Problem('DOCKET_BAD_REQUEST', 'This resource takes no query parameters.');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Problem('DOCKET_MEDIA_TYPE', 'Send the body without Content-Encoding: compressed bodies are not taken.');
  }
  if (headers['docket-digest'] !== undefined && routeOptions.url !== ROUTE.submissions) {
    throw new Problem('DOCKET_BAD_REQUEST', 'docket-digest is the digest of one submission: this resource takes many.');
  }
}

function enter(door: FrontDoor, request: FastifyRequest, { pipeline, asksFirst }: Guarded, caller: Caller): void {
  if (!caller.pipelines.has(pipeline)) throw new Problem('DOCKET_FORBIDDEN', `The credential is good, but not for the ${pipeline} pipeline.`);
  const sender: Sender = { caller, given: readHeaders(request.headers) };
  request.sender = sender;
  if (!asksFirst) return;
  const wait = door.limits.take(caller.tenant);
  if (wait > 0) throw new Problem('DOCKET_RATE_LIMIT', undefined, { retryAfterSeconds: Math.ceil(wait / 1000) });
  const kind = pipeline === 'grants' ? 'grant' : 'record';
  if (isKnown(door, kind, sender)) return;
  const refusal = door.admission.refuse(kind, 1);
  if (refusal) throw notLetIn(refusal);
}

function isKnown(door: FrontDoor, kind: 'grant' | 'record', { caller, given }: Sender): boolean {
  if (kind === 'grant') return isKnownGrant(door, caller, given);
  return given.idempotencyKey !== undefined && door.replays.knows(keyName('record', caller.tenant, given.idempotencyKey));
}
