import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Breaker } from '@docket/resilience';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpOcrEngine, isEngineFailure } from './http-ocr-engine.js';

let server: Server;
let engine: HttpOcrEngine;
afterEach(async () => {
  await engine.close();
  server.close();
});

async function against(listener: RequestListener): Promise<HttpOcrEngine> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  engine = new HttpOcrEngine(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, new Breaker({ target: 'ocr', counts: isEngineFailure }));
  return engine;
}

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => (request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)));
};
const call = (of: HttpOcrEngine, pages = [2, 3]) => of.recognise(Buffer.from('%PDF'), 'application/pdf', pages, new AbortController().signal);
const page = (n: number) => ({ page: n, text: 'text', words: 1, confidence: 90, ms: 5 });

/** What the engine answers decides whether the document or the engine is at fault, and who waits. */
describe('HttpOcrEngine', () => {
  it('gives the pages asked for', async () => {
    const urls: (string | undefined)[] = [];
    const using = await against((request, response) => {
      urls.push(request.url);
      answer(200, { engine: {}, pages: [page(2), page(3)] })(request, response);
    });
    expect(await call(using)).toMatchObject([{ page: 2, words: 1 }, { page: 3 }]);
    expect(decodeURIComponent(urls[0] ?? '')).toBe('/v1/ocr?pages=2,3');
  });

  it.each([
    [422, { code: 'DOCKET_DOCUMENT_ENCRYPTED' }, {}, { code: 'DOCKET_DOCUMENT_ENCRYPTED', kind: 'quarantine' }],
    [415, {}, {}, { code: 'DOCKET_DOCUMENT_TYPE', kind: 'quarantine' }],
    [429, {}, { 'retry-after': '3' }, { code: 'DOCKET_OCR_BUSY', kind: 'throttled', retryAfterMs: 3000 }],
    [500, {}, {}, { code: 'DOCKET_OCR_UNAVAILABLE', kind: 'retriable' }],
    [200, { pages: [page(2)] }, {}, { code: 'DOCKET_OCR_UNAVAILABLE', kind: 'retriable' }],
    [200, { pages: 'none' }, {}, { code: 'DOCKET_OCR_UNAVAILABLE', kind: 'retriable' }],
  ])('takes %i %j for what it is', async (status, body, headers, expected) => {
    await expect(call(await against(answer(status, body, headers)))).rejects.toMatchObject(expected);
  });

  it('takes a cut connection for a failure of the engine, and stops calling after many', async () => {
    const using = await against((request) => request.socket.destroy());
    for (let n = 0; n < 10; n++) await expect(call(using)).rejects.toMatchObject({ code: 'DOCKET_OCR_UNAVAILABLE' });
    await expect(call(using)).rejects.toMatchObject({ code: 'DOCKET_BREAKER_OPEN', kind: 'retriable' });
  });
});
