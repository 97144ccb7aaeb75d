import type { PageText } from '../reader/messages.js';
import type { PageReader, SourceDocument } from '../reader/page-reader.js';

/** One call that a fake reader has got and the spec has yet to answer. */
export interface PendingPage {
  readonly document: SourceDocument;
  readonly page: number;
  readonly dpi: number;
  done(words?: number): void;
  fail(error: Error): void;
}

/** A reader whose pages finish when the spec says so, and never after stop(): as a terminated worker behaves. */
export class FakeReader implements PageReader {
  usable = true;
  stopped = false;
  readonly calls: PendingPage[] = [];

  constructor(private readonly pageCount = 2) {}

  countPages(): Promise<number> {
    return Promise.resolve(this.pageCount);
  }

  readPage(document: SourceDocument, page: number, dpi: number): Promise<PageText> {
    return new Promise((resolve, reject) => {
      const done = (words = 3) =>
        this.stopped || resolve({ page, text: `text of page ${page}`, words, confidence: words === 0 ? 0 : 91.5, ms: 2_000 });
      const fail = (error: Error) => this.stopped || reject(error);
      this.calls.push({ document, page, dpi, done, fail });
    });
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }
}
