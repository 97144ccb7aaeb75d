import { describe, expect, it } from 'vitest';
import { clockOf } from './clock-of.js';

const request = { requestId: 'FOIA-2026-0001', tenant: 'example-agency', jurisdiction: 'US', receivedOn: '2026-11-20' };

describe('the clock of a request', () => {
  it('is the federal one in US', () => {
    expect(clockOf(request)).toMatchObject({ ...request, dueOn: '2026-12-21' });
  });

  it('is not made up for other jurisdictions', () => {
    expect(clockOf({ ...request, jurisdiction: 'US-CA' })).toBeUndefined();
  });
});
