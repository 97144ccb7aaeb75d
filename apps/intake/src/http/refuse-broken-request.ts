import type { Socket } from 'node:net';
import { Problem, problemDocument } from './problem.js';
import type { ProblemCode } from './problem-catalogue.js';

const CODES: Readonly<Record<string, ProblemCode | undefined>> = { HPE_HEADER_OVERFLOW: 'DOCKET_HEADERS_TOO_LARGE', ERR_HTTP_REQUEST_TIMEOUT: 'DOCKET_REQUEST_TIMEOUT' };

/** Answers what Node's parser refuses, before there is a request to speak of, and ends the connection. */
export function refuseBrokenRequest(problemBase: string) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = new Problem(CODES[error.code ?? ''] ?? 'DOCKET_BAD_REQUEST');
    const body = JSON.stringify(problemDocument(problem, problemBase));
    const head = [`HTTP/1.1 ${problem.status} ${problem.message}`, 'content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}
