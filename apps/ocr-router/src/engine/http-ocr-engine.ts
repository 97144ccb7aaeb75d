import { DocketError, isDocketError, type DocketCode } from '@docket/contracts';
import type { Breaker } from '@docket/resilience';
import { Pool } from 'undici';
import { z } from 'zod';
import type { OcrEngine, RecognisedPage } from './ocr-engine.port.js';

const answerSchema = z.object({
  pages: z.array(
    z.object({ page: z.int().min(1), text: z.string().max(1_000_000), words: z.int().min(0), confidence: z.number().min(0).max(100) }),
  ),
});
const problemSchema = z.object({ code: z.string().regex(/^DOCKET_[A-Z_]+$/) });

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** The reference engine's HTTP interface: see apps/ocr-engine/README.md. */
export class HttpOcrEngine implements OcrEngine {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(url: string, private readonly breaker: Breaker) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections: 4, connectTimeout: 5_000, headersTimeout: 0, bodyTimeout: 30_000 });
    this.#path = `${pathname.replace(/\/$/, '')}/v1/ocr`;
  }

  recognise(document: Uint8Array, mediaType: string, pages: readonly number[], signal: AbortSignal): Promise<RecognisedPage[]> {
    return this.breaker.run(() => this.#call(document, mediaType, pages, signal));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #call(document: Uint8Array, mediaType: string, pages: readonly number[], signal: AbortSignal): Promise<RecognisedPage[]> {
    let status: number;
    let retryAfter: string | undefined;
    let body: unknown;
    try {
      const response = await this.#pool.request({
        method: 'POST', path: this.#path, query: { pages: pages.join(',') }, headers: { 'content-type': mediaType }, body: document, signal,
      });
      status = response.statusCode;
      const header = response.headers['retry-after'];
      retryAfter = Array.isArray(header) ? header[0] : header;
      body = await readBody(response.body);
    } catch (cause) {
      if (isDocketError(cause)) throw cause;
      throw new DocketError('DOCKET_OCR_UNAVAILABLE', 'the OCR engine did not answer', { kind: 'retriable', cause });
    }
    if (status !== 200) throw refusal(status, body, retryAfter);
    const answer = answerSchema.safeParse(body);
    const asked = new Set(pages);
    if (!answer.success || answer.data.pages.length !== asked.size || !answer.data.pages.every(({ page }) => asked.has(page))) {
      throw new DocketError('DOCKET_OCR_UNAVAILABLE', 'the OCR engine gave an answer that is not of its interface', { kind: 'retriable' });
    }
    return answer.data.pages;
  }
}

/** Errors of the engine itself, as opposed to errors of the document: these open the breaker. */
export function isEngineFailure(error: Error): boolean {
  return isDocketError(error) && error.code === 'DOCKET_OCR_UNAVAILABLE';
}

function refusal(status: number, body: unknown, retryAfter: string | undefined): DocketError {
  const problem = problemSchema.safeParse(body);
  const code = (problem.success ? problem.data.code : 'DOCKET_DOCUMENT_CORRUPT') as DocketCode;
  const seconds = Number(retryAfter);
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    const wait = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1_000;
    return new DocketError('DOCKET_OCR_BUSY', 'the OCR engine is busy', { kind: 'throttled', retryAfterMs: wait });
  }
  if (status === 415) return new DocketError('DOCKET_DOCUMENT_TYPE', 'the OCR engine does not read this media type', { kind: 'quarantine' });
  if (status === 422) return new DocketError(code, 'the OCR engine cannot read this document', { kind: 'quarantine' });
  if (status === 413) return new DocketError('DOCKET_OBJECT_TOO_LARGE', 'the document is too large for the OCR engine', { kind: 'quarantine' });
  return new DocketError('DOCKET_OCR_UNAVAILABLE', `the OCR engine answered ${status}`, { kind: 'retriable' });
}

async function readBody(stream: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new DocketError('DOCKET_OCR_UNAVAILABLE', 'the OCR engine answered too much', { kind: 'retriable' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
