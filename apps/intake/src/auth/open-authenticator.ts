import { DocketError } from '@docket/contracts';
import type { ServiceContext } from '@docket/observability';
import type { Settings } from '../settings.js';
import { byCredentials, openToAll, type Authenticator } from './authenticator.js';
import { CredentialFile } from './credential-file.js';

/** As the settings say. Throws DOCKET_CONFIG where credentials are required and no file is given: a door is open only on purpose. */
export async function openAuthenticator({ settings, clock, logger }: ServiceContext<Settings>): Promise<Authenticator> {
  const { httpAuth, apiKeysFile, httpTenant } = settings;
  if (httpAuth === 'off') {
    if (apiKeysFile !== undefined) throw new DocketError('DOCKET_CONFIG', 'DOCKET_HTTP_AUTH is off and DOCKET_API_KEYS_FILE is set: unset one of them');
    logger.warn('everybody may submit over HTTP: DOCKET_HTTP_AUTH is off');
    return openToAll(httpTenant);
  }
  if (apiKeysFile === undefined) {
    throw new DocketError('DOCKET_CONFIG', 'no credentials: set DOCKET_API_KEYS_FILE (see docs/guides/front-door.md), or DOCKET_HTTP_AUTH=off on a machine of your own');
  }
  return byCredentials(await CredentialFile.open(apiKeysFile, clock, logger), clock);
}
