import type { FastifyReply } from 'fastify';
import type { Cut } from '../faults/fault.port.js';

/** Ends the connection without an answer. */
export function cutConnection(reply: FastifyReply, how: Cut): void {
  reply.hijack();
  if (how === 'reset') reply.raw.socket?.resetAndDestroy();
  else reply.raw.destroy();
}
