/**
 * Why a page's text layer will not do: it holds under 10 characters (`no-text`), over 10 glyphs that stand for no known
 * character (`unmapped-glyphs`), or little text over an image of the whole page, as of a stamped scan (`scan`).
 */
export type OcrReason = 'no-text' | 'unmapped-glyphs' | 'scan';

export interface InspectedPage {
  /** From 1. */
  readonly page: number;
  /**
   * Text layer, one line a line, without blank lines; running heads come first and feet last, wherever the file has them.
   * Values of form fields and texts of notes are part of it.
   */
  readonly text: string;
  readonly words: number;
  readonly needsOcr: boolean;
  readonly reason: OcrReason | undefined;
  /** Nothing is painted on the page: OCR can find no text either. */
  readonly blank: boolean;
}

export interface InspectedPdf {
  readonly pages: readonly InspectedPage[];
}

/** Why a document cannot be inspected, whoever tries. */
export type PdfFault = 'encrypted' | 'corrupt' | 'too-many-pages';

/** To the inspecting thread. */
export interface InspectionTask {
  readonly bytes: Uint8Array;
  readonly maxPages: number;
}

/** From it, once. */
export type InspectionAnswer = { readonly pdf: InspectedPdf } | { readonly fault: PdfFault; readonly cause?: string };
