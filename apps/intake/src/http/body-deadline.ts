import type { Clock } from '@docket/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ROUTE } from './guard-request.hook.js';
import { Problem, sendProblem } from './problem.js';

/** A body of 256 KiB that takes longer only holds a connection. */
const BODY_MS = 30_000;

/** What is still being sent when the answer is out is read this much longer, so that the sender can read the answer; then the connection ends. */
const AFTERMATH_MS = 5_000;

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
    const { raw } = request;
    if (!raw.complete && !raw.destroyed) {
      raw.once('end', () => raw.socket.end());
      raw.once('close', clock.schedule(AFTERMATH_MS, () => raw.socket.destroy()));
    }
    done();
  });
}
