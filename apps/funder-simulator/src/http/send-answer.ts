import type { FastifyReply } from 'fastify';
import type { Answer } from '../applications/answer.js';
import { cutConnection } from './cut-connection.js';

/** Sends an answer, or cuts the connection where the answer must get lost. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  if (answer.lost) return cutConnection(reply, answer.lost);
  if (answer.replayed) reply.header('idempotency-replayed', 'true');
  reply.status(answer.status).send(answer.body);
}
