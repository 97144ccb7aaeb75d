import type { FastifyInstance } from 'fastify';
import type { Admission } from './admission.js';

/** Asks for admission before the body of a document is read; a body of unknown length counts as the largest allowed. */
export function admitDocuments(server: FastifyInstance, admission: Admission, maxBodyBytes: number): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.is404) return done();
    const declared = Number(request.headers['content-length'] ?? maxBodyBytes);
    try {
      reply.raw.once('close', admission.enter(Math.min(declared, maxBodyBytes)));
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
