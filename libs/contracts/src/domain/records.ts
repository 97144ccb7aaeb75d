/** One document of a public-records request, by claim check: the bytes lie in an object store. */
export interface RecordManifest {
  readonly requestId: string;
  /** `US` or `US-` and a state code. */
  readonly jurisdiction: string;
  readonly documentId: string;
  readonly repository: string;
  readonly version: string;
  readonly uri: string;
  /** SHA-256 (hex) of the document's bytes. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  readonly pages?: number;
  readonly marking?: string;
  readonly retention?: string;
  readonly noOcr?: boolean;
}

/** The grant that an extraction request came from. */
export interface GrantLink {
  readonly correlationId: string;
  readonly grantId: string;
}

/**
 * An attachment of a grant whose text is not known yet. It is no record of a repository: no custody record vouches for it,
 * its digest alone says what it is. Only validator.grants makes one; a record manifest with a `grant` is refused.
 */
export interface AttachmentManifest {
  /** `grant:` and the grant's correlation id. */
  readonly requestId: string;
  /** The digest. */
  readonly documentId: string;
  readonly repository: 'grant-attachments';
  readonly uri: string;
  /** SHA-256 (hex) of the document's bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly grant: GrantLink;
}

/** What the text of a document is extracted by, whichever way it came. */
export type ExtractionManifest = RecordManifest | AttachmentManifest;

/** The grant that a document was attached to; undefined for a record. */
export function grantOf(manifest: ExtractionManifest): GrantLink | undefined {
  return 'grant' in manifest ? manifest.grant : undefined;
}

/** Value of `records.custody`, keyed by custodyKey: what the repository says of a document. */
export interface CustodyRecord {
  readonly documentId: string;
  readonly repository: string;
  readonly version: string;
  readonly digest: string;
  readonly status: 'active' | 'superseded';
  readonly retention: { readonly status: 'active' | 'hold' | 'disposed'; readonly until?: string };
}

export function custodyKey(repository: string, documentId: string): string {
  return `${repository}/${documentId}`;
}

/**
 * Type of a `records.requests` record that intake derives from a batch: some document of the request came in. It
 * starts the clock of a request that has none and never moves one; an upstream record of another type does.
 */
export const REQUEST_SEEN = 'docket.records.request-seen.v1';

/** Value of `records.requests`, keyed by request id. */
export interface RecordsRequest {
  readonly requestId: string;
  readonly jurisdiction: string;
  /** Calendar date of receipt by the proper component. */
  readonly receivedOn: string;
  readonly tenant: string;
}

/** How a page's text was had. */
export type PageMethod = 'ocr' | 'text-layer' | 'none';

/** Value of `records.<lane>.extracted`: the hand-over to redaction. The text lies in the object store. */
export interface ExtractedEvent {
  readonly correlationId: string;
  /** Set where the document is an attachment of a grant, and of no records request. */
  readonly grant?: GrantLink;
  readonly requestId: string;
  readonly documentId: string;
  readonly documentDigest: string;
  readonly documentUri: string;
  readonly textUri: string;
  readonly textDigest: string;
  readonly degraded: boolean;
  readonly words: number;
  /** Mean word confidence of the pages read by OCR, 0 to 100; absent where none was. */
  readonly meanConfidence?: number;
  readonly pages: readonly ExtractedPage[];
  /** Types of personal data found, with page; never the values. */
  readonly findings: readonly { readonly type: string; readonly page: number }[];
}

export interface ExtractedPage {
  readonly page: number;
  readonly method: PageMethod;
  readonly words: number;
  readonly confidence?: number;
}
