/** An image file in memory, with its resolution where it does not state one itself. */
export interface PageImage {
  readonly bytes: Uint8Array;
  /** Dots per inch. */
  readonly dpi?: number;
}

/** An opened document. One call at a time. */
export interface Pages {
  readonly count: number;
  /** The page (from 1) as an image. PDF pages are drawn at `dpi`, or less where that would exceed the pixel limit. Throws Unreadable. */
  image(page: number, dpi: number): Promise<PageImage>;
  close(): Promise<void>;
}
