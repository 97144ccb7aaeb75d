import { DocketError } from '@docket/contracts';
import type { FastifyReply } from 'fastify';

/** Aborts when the client goes away before its answer is complete. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new DocketError('DOCKET_OCR_CLIENT_GONE', 'the client went away', { kind: 'invalid' }));
  });
  return gone.signal;
}
