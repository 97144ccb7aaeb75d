import type { Readable } from 'node:stream';
import { Problem } from './problem.js';

/**
 * The whole of a body, at most so many bytes. Rejects with DOCKET_BODY_TOO_LARGE as soon as there are more, and leaves the rest where it
 * is: were the body destroyed, as at the end of a loop over it, its connection would go with it and nobody could be answered.
 */
export function readBody(body: Readable, max: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= max) return void chunks.push(chunk);
      body.off('data', take).pause();
      reject(new Problem('DOCKET_BODY_TOO_LARGE'));
    };
    const cut = () => reject(new Problem('DOCKET_BAD_REQUEST', 'The body ends before its end.'));
    body.on('data', take).once('end', () => resolve(Buffer.concat(chunks))).once('error', cut).once('close', cut);
  });
}
