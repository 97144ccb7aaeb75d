import { isDocketError } from '@docket/contracts';
import type { MediaType, PageText } from '../reader/messages.js';
import type { PageReader, SourceDocument } from '../reader/page-reader.js';
import type { WorkerPool } from '../pool/worker-pool.js';
import { parseOcrQuery, tooManyPages } from './ocr-query.js';
import type { PageObserver } from './page-observer.js';

export interface OcrResult {
  readonly engine: { readonly name: string; readonly version: string };
  /** In the order asked for. */
  readonly pages: readonly PageText[];
}

export interface ReadingOptions {
  readonly engine: OcrResult['engine'];
  readonly maxPages: number;
  readonly observer: PageObserver;
}

/** Reads documents page by page on the pool. The first page that fails fails the document and takes its waiting pages back. */
export class DocumentReading {
  readonly #pool: WorkerPool<PageReader>;
  readonly #options: ReadingOptions;
  #lastId = 0;

  constructor(pool: WorkerPool<PageReader>, options: ReadingOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** Throws what WorkerPool.run, PageReader and parseOcrQuery throw. */
  async read(body: { readonly mediaType: MediaType; readonly bytes: Uint8Array }, query: unknown, signal: AbortSignal): Promise<OcrResult> {
    const { pages, dpi } = parseOcrQuery(query, this.#options.maxPages);
    const document = { id: ++this.#lastId, ...body };
    const wanted = pages ?? (await this.#allPages(document, signal));
    const failed = new AbortController();
    const eitherSignal = AbortSignal.any([signal, failed.signal]);
    try {
      const texts = await Promise.all(wanted.map((page) => this.#readPage(document, page, dpi, eitherSignal)));
      return { engine: this.#options.engine, pages: texts };
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }

  async #allPages(document: SourceDocument, signal: AbortSignal): Promise<number[]> {
    const count = await this.#pool.run((reader) => reader.countPages(document), signal);
    if (count > this.#options.maxPages) throw tooManyPages(this.#options.maxPages);
    return Array.from({ length: count }, (_, index) => index + 1);
  }

  async #readPage(document: SourceDocument, page: number, dpi: number, signal: AbortSignal): Promise<PageText> {
    const { observer } = this.#options;
    try {
      const text = await this.#pool.run((reader) => reader.readPage(document, page, dpi), signal);
      observer.pageRead(text);
      return text;
    } catch (error) {
      const noPage = signal.aborted || (isDocketError(error) && error.kind === 'invalid');
      if (!noPage) observer.pageFailed();
      throw error;
    }
  }
}
