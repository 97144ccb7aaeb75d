/**
 * Claim-check storage: topics carry URI, digest and size, the bytes lie here. A URI is
 * `store://<bucket>/<name>`; names may hold slashes.
 */
export interface ObjectStore {
  /**
   * The whole object. Throws DOCKET_OBJECT_MISSING (retriable: the upstream copy may be late),
   * DOCKET_OBJECT_TOO_LARGE (quarantine) above `maxBytes`, DOCKET_OBJECT_URI (quarantine) for a URI that is not ours.
   */
  read(uri: string, maxBytes: number, signal: AbortSignal): Promise<Buffer>;

  /** Stores bytes under a name that holds their digest and returns the URI. A repeat is harmless. Durable when it resolves. */
  write(bucket: string, prefix: string, bytes: Uint8Array, extension: string): Promise<StoredObject>;
}

export interface StoredObject {
  readonly uri: string;
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly size: number;
}
