import type { PageMethod } from '@docket/contracts';

/** A page's text and how it was had. */
export interface PageText {
  readonly page: number;
  readonly method: PageMethod;
  readonly text: string;
  readonly words: number;
  readonly confidence?: number;
  /** Needed OCR, and the text layer had to do instead. */
  readonly degraded: boolean;
}

/** Mean confidence of the pages read by OCR, weighted by their words; undefined where none was. */
export function meanConfidence(pages: readonly PageText[]): number | undefined {
  let words = 0;
  let sum = 0;
  for (const page of pages) {
    if (page.confidence === undefined) continue;
    words += page.words;
    sum += page.confidence * page.words;
  }
  return words === 0 ? undefined : Math.round((sum / words) * 10) / 10;
}
