import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { Problem } from './problem.js';
import type { RequestHeaders } from './read-request.js';

/** What is known of a request before its body is read. */
export interface Sender {
  readonly caller: Caller;
  readonly given: RequestHeaders;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard, on routes that take submissions. */
    sender: Sender | undefined;
  }
}

/** Throws where a route is not guarded: that would be our fault. */
export function senderOf(request: FastifyRequest): Sender {
  if (!request.sender) throw new Problem('DOCKET_INTERNAL');
  return request.sender;
}
