/** What a document may be. */
export const MEDIA_TYPES = ['application/pdf', 'image/png', 'image/jpeg'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Bounds of what a reader thread takes on. */
export interface ReadLimits {
  /** Of a drawn page, of an image document and of an image inside a PDF. */
  readonly maxPixels: number;
}

/** To the thread. `document` is sent once; later calls name it by `documentId` until another takes its place. */
export interface ReadCall {
  readonly documentId: number;
  readonly document?: { readonly mediaType: MediaType; readonly bytes: Uint8Array };
  /** Without a page the answer is the document's page count. */
  readonly page?: { readonly number: number; readonly dpi: number };
}

/** What reading one page gave. */
export interface PageText {
  readonly page: number;
  readonly text: string;
  readonly words: number;
  /** Mean word confidence, 0 to 100; 0 where there are no words. */
  readonly confidence: number;
  /** Milliseconds spent on drawing and recognition. */
  readonly ms: number;
}

/** Why a document cannot be read; its own fault, so the thread stays in service. */
export type DocumentFault = 'encrypted' | 'corrupt' | 'too-large' | 'no-such-page';

/** From the thread: `ready` once, then one answer a call. */
export type ReadAnswer =
  | { readonly ready: true }
  | { readonly pages: number }
  | { readonly text: PageText }
  | { readonly fault: DocumentFault }
  | { readonly failed: string };
