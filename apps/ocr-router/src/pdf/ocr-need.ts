import type { OcrReason } from './inspected-pdf.js';

export interface PageFacts {
  /** In the text layer, white space aside. */
  readonly characters: number;
  /** Glyphs whose character is unknown. */
  readonly unmapped: number;
  /** Share of the page under text, 0 to 1. */
  readonly textShare: number;
  /** Share of the page under images, 0 to 1. */
  readonly imageShare: number;
}

const MIN_CHARACTERS = 10;
const MAX_UNMAPPED = 10;
const SCAN_IMAGE_SHARE = 0.8;
const SCAN_TEXT_SHARE = 0.15;

/** Why the page needs OCR; undefined where its text layer will do. Character counts alone are defeated by a digital stamp over a scan. */
export function whyOcr({ characters, unmapped, textShare, imageShare }: PageFacts): OcrReason | undefined {
  if (characters < MIN_CHARACTERS) return 'no-text';
  if (unmapped > MAX_UNMAPPED) return 'unmapped-glyphs';
  if (imageShare >= SCAN_IMAGE_SHARE && textShare < SCAN_TEXT_SHARE) return 'scan';
  return undefined;
}

/** Images matter only to such pages; looking for them means decoding them, so it is left out elsewhere. */
export function imagesMatter({ characters, textShare }: Pick<PageFacts, 'characters' | 'textShare'>): boolean {
  return characters < MIN_CHARACTERS || textShare < SCAN_TEXT_SHARE;
}
