import { ManualClock } from '@docket/contracts';
import { createLogger, type ServiceContext } from '@docket/observability';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../settings.js';
import { openAuthenticator } from './open-authenticator.js';

const open = (settings: Partial<Settings>) =>
  openAuthenticator({ settings: { httpTenant: 'county', ...settings }, clock: new ManualClock(), logger: createLogger('intake', 'standard', 'fatal') } as unknown as ServiceContext<Settings>);

/** The door is open to everybody only where somebody said so. */
describe('openAuthenticator', () => {
  it('starts without credentials only where that is asked for', async () => {
    await expect(open({ httpAuth: 'required' })).rejects.toMatchObject({ code: 'DOCKET_CONFIG', message: expect.stringContaining('DOCKET_HTTP_AUTH=off') as string });
    const door = await open({ httpAuth: 'off' });
    expect(door.authenticate({})).toMatchObject({ tenant: 'county', source: '/tenants/county/http' });
    expect([door.tenantOfSource('/tenants/county/http'), door.tenantOfSource('/tenants/city/http')]).toEqual(['county', undefined]);
  });

  it('refuses settings that say both', () => expect(open({ httpAuth: 'off', apiKeysFile: '/keys' })).rejects.toMatchObject({ code: 'DOCKET_CONFIG' }));

  it('does not start without its file', () => expect(open({ httpAuth: 'required', apiKeysFile: '/nowhere' })).rejects.toMatchObject({ code: 'DOCKET_CREDENTIALS' }));
});
