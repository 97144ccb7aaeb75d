/** A page as an engine read it. */
export interface RecognisedPage {
  readonly page: number;
  readonly text: string;
  readonly words: number;
  /** Mean word confidence, 0 to 100; 0 where the page has no words. */
  readonly confidence: number;
}

/** Reads pages of a document by OCR. */
export interface OcrEngine {
  /**
   * Recognises the pages asked for, in their order.
   * Throws a DocketError: DOCKET_OCR_BUSY (throttled), DOCKET_OCR_UNAVAILABLE and DOCKET_BREAKER_OPEN (retriable: no
   * connection, time-out, 5xx, or calls suspended), DOCKET_DOCUMENT_CORRUPT, DOCKET_DOCUMENT_ENCRYPTED and
   * DOCKET_DOCUMENT_TYPE (quarantine). Never tries again by itself: the stage owns the retries.
   */
  recognise(document: Uint8Array, mediaType: string, pages: readonly number[], signal: AbortSignal): Promise<RecognisedPage[]>;
  close(): Promise<void>;
}
