import { DocketError } from '@docket/contracts';
import type { CredentialRef } from '../credentials/credentials.port.js';
import type { Funder, WebhookFunder } from './funder-registry.schema.js';

/** The header that proves who we are, and where its value stands; undefined where the funder asks for none. */
export function authOf(funder: Funder): { readonly header: string; readonly prefix: string; readonly key: CredentialRef } | undefined {
  if (funder.connector === 'common-grants') return { header: 'x-api-key', prefix: '', key: refOf(funder.apiKeyEnv, funder.apiKeyFile) };
  if (!funder.auth) return undefined;
  const { header, scheme, keyEnv, keyFile } = funder.auth;
  return { header: header.toLowerCase(), prefix: scheme === undefined ? '' : `${scheme} `, key: refOf(keyEnv, keyFile) };
}

/** Where the secret stands with which submissions are signed. */
export function signingOf({ signing }: WebhookFunder): CredentialRef | undefined {
  return signing && refOf(signing.secretEnv, signing.secretFile);
}

function refOf(env: string | undefined, file: string | undefined): CredentialRef {
  if (env !== undefined) return { env };
  if (file !== undefined) return { file };
  throw new DocketError('DOCKET_FUNDER_REGISTRY', 'a credential has no place: the registry was not checked');
}
