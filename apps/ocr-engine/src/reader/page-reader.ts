import type { MediaType, PageText } from './messages.js';

/** A document of one request. */
export interface SourceDocument {
  /** Unique in this process. */
  readonly id: number;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
}

/**
 * Reads pages, one call at a time. Throws DOCKET_DOCUMENT_ENCRYPTED, DOCKET_DOCUMENT_CORRUPT, DOCKET_DOCUMENT_TOO_LARGE
 * (quarantine), DOCKET_PAGE_MISSING (invalid) and DOCKET_OCR_WORKER (retriable).
 */
export interface PageReader {
  /** False for good once the reader has failed in a way that may spoil the next page. */
  readonly usable: boolean;
  countPages(document: SourceDocument): Promise<number>;
  readPage(document: SourceDocument, page: number, dpi: number): Promise<PageText>;
  /** Ends the reader at once, mid-page too. */
  stop(): Promise<void>;
}
