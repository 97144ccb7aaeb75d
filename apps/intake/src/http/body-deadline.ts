import type { Clock } from '@docket/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ROUTE } from './guard-request.hook.js';
import { Problem, sendProblem } from './problem.js';

/** A body of 256 KiB that takes longer only holds a connection. */
export const BODY_MS = 30_000;

/**
 * Node's own time limit of a request cannot tell a stream from a body, so it is off: a body has its time here, and streams
 * have theirs.
 */
export function limitBodyTime(fastify: FastifyInstance, clock: Clock, problemBase: string): void {
  const cancels = new WeakMap<FastifyRequest, () => void>();
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (!request.raw.complete && request.routeOptions.url !== ROUTE.stream) {
      cancels.set(request, clock.schedule(BODY_MS, () => {
        void reply.header('connection', 'close');
        sendProblem(reply, new Problem('DOCKET_REQUEST_TIMEOUT'), problemBase);
      }));
    }
    done(null, payload);
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    cancels.get(request)?.();
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    cancels.get(request)?.();
    done();
  });
}
