import { isDocketError, type ExtractionManifest } from '@docket/contracts';
import type { StageLog } from '@docket/stage';
import type { OcrEngine, RecognisedPage } from '../engine/ocr-engine.port.js';
import type { InspectedPage } from '../pdf/inspected-pdf.js';
import type { PageText } from './page-text.js';

export interface ReadPagesInput {
  readonly manifest: ExtractionManifest;
  readonly document: Uint8Array;
  readonly pages: readonly InspectedPage[];
  /** False: an engine that fails is tried again by the stage. True: the text layer must do. */
  readonly lastTry: boolean;
  readonly signal: AbortSignal;
  readonly log: StageLog;
}

/**
 * The text of each page: from the text layer where it is good, else by OCR, else (no OCR allowed, or the engine
 * failed to the last) whatever the text layer has, marked as degraded. Throws what the engine throws until the
 * last try.
 */
export async function readPages(engine: OcrEngine, input: ReadPagesInput): Promise<PageText[]> {
  const { manifest, document, pages, lastTry, signal, log } = input;
  const wanted = 'noOcr' in manifest && manifest.noOcr ? [] : pages.filter((page) => page.needsOcr && !page.blank).map((page) => page.page);
  let recognised: RecognisedPage[] = [];
  if (wanted.length > 0) {
    try {
      recognised = await engine.recognise(document, manifest.mediaType, wanted, signal);
    } catch (error) {
      if (!lastTry || !isDocketError(error) || error.kind !== 'retriable') throw error;
      log.warn('the OCR engine failed to the last: the text layer must do', { code: error.code });
    }
  }
  const byPage = new Map(recognised.map((page) => [page.page, page]));
  return pages.map(({ page, text, words, needsOcr, blank }): PageText => {
    const read = byPage.get(page);
    if (read) return { page, method: read.words > 0 ? 'ocr' : 'none', text: read.text, words: read.words, confidence: read.confidence, degraded: false };
    // A page with nothing on it is read when its empty text layer is.
    return { page, method: words > 0 || blank ? 'text-layer' : 'none', text, words, degraded: needsOcr && !blank };
  });
}
