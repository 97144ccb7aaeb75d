import type { WorkUnit } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { applicationBodies } from './common-grants.bodies.js';
import { parseGrant } from './grant-payload.schema.js';

const COMPETITION = '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21';
const MINIMAL = {
  grantId: 'GR-2027-0001',
  applicantOrg: 'Example County',
  funder: 'funder-a',
  requestedAmount: '1000.50',
  currencyCode: 'USD',
  submissionDeadline: '2027-03-01',
};
const FULL = {
  ...MINIMAL,
  applicantUei: 'YNDUZMUZF8H8',
  budget: {
    lines: [{ category: 'travel', amount: '10.00' }, { category: 'staff', description: 'one year', amount: '990.50' }],
    normalization: { module: 'excel-budget-template-sync', version: '1.0.0', digest: 'a'.repeat(64) },
  },
  attachments: [{ uri: 'store://a/b.pdf', digest: 'b'.repeat(64), mediaType: 'application/pdf', parsed: true }],
  form: { schema: 'sf-424', body: { submission_type: 'Application' } },
};

function unit(payload: unknown, kind: WorkUnit['kind'] = 'grant'): WorkUnit {
  const id = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';
  return { correlationId: id, batchTraceId: id, tenant: 'example', kind, receivedAt: '2026-11-02T00:00:00.000Z', digest: 'c'.repeat(64), payload };
}

const bodies = (payload: unknown) => applicationBodies(parseGrant(unit(payload)), COMPETITION);

describe('applicationBodies', () => {
  it('maps a minimal grant', () => {
    expect(JSON.parse(bodies(MINIMAL).start)).toEqual({ competitionId: COMPETITION, title: 'Grant GR-2027-0001' });
    expect(JSON.parse(bodies(MINIMAL).form)).toEqual({
      grantId: 'GR-2027-0001',
      applicant: { name: 'Example County' },
      requestedFunding: { amount: '1000.50', currency: 'USD' },
      submissionDeadline: '2027-03-01',
    });
  });

  it('maps all parts of a full grant, every amount as money', () => {
    expect(JSON.parse(bodies(FULL).form)).toMatchObject({
      applicant: { uei: 'YNDUZMUZF8H8' },
      budget: {
        lines: [
          { category: 'travel', amount: { amount: '10.00', currency: 'USD' } },
          { category: 'staff', description: 'one year', amount: { amount: '990.50', currency: 'USD' } },
        ],
        normalization: FULL.budget.normalization,
      },
      attachments: FULL.attachments,
      form: FULL.form,
    });
  });

  it('gives the same bytes whatever the order of the members', () => {
    expect(bodies(Object.fromEntries(Object.entries(FULL).reverse()))).toEqual(bodies(FULL));
  });
});

describe('parseGrant', () => {
  it.each([null, 'text', {}, { ...MINIMAL, surprise: 1 }, { ...MINIMAL, requestedAmount: 1000 }])('refuses %j as poison', (payload) => {
    expect(() => parseGrant(unit(payload))).toThrow(expect.objectContaining({ code: 'DOCKET_GRANT_PAYLOAD', kind: 'poison' }) as Error);
  });

  it('refuses a record', () => {
    expect(() => parseGrant(unit(MINIMAL, 'record'))).toThrow(expect.objectContaining({ code: 'DOCKET_GRANT_PAYLOAD' }) as Error);
  });
});
