import type { Secret } from './secret.js';

/** Where a credential stands: an environment variable, or a file that holds nothing else. */
export type CredentialRef = { readonly env: string } | { readonly file: string };

/** What may be asked for a credential. A vault or a secret store becomes one more adapter. */
export interface CredentialsProvider {
  /**
   * The credential as it stands, at most a second old; one that was replaced by an unreadable one stays in force.
   * Throws DOCKET_CREDENTIAL (throttled: it holds up who needs it until a person has mended it), saying what is wrong and
   * never the value.
   */
  read(ref: CredentialRef): Secret;
  /** The same as it stands this moment: for one that was just refused. */
  reread(ref: CredentialRef): Secret;
}
