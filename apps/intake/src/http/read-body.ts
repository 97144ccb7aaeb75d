import { Problem } from './problem.js';

/** The whole of a body, at most so many bytes. Throws DOCKET_BODY_TOO_LARGE as soon as there are more. */
export async function readBody(body: AsyncIterable<Buffer>, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > max) throw new Problem('DOCKET_BODY_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
