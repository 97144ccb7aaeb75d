import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GrantPayload, RecordManifestPayload, type InvalidPayloadError, type Violation } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { strictPayload } from './strict-payload.pipe.js';

async function faults(payload: unknown, metatype: typeof GrantPayload | typeof RecordManifestPayload = GrantPayload): Promise<readonly Violation[]> {
  try {
    await strictPayload.transform(payload, { type: 'body', metatype });
    return [];
  } catch (error) {
    return (error as InvalidPayloadError).violations;
  }
}

const sample = (name: string): unknown => JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../samples/grants', `${name}.json`), 'utf8'));

/** Every violation of a payload at once, each with its rule and place, never with the value. */
describe('strictPayload', () => {
  it.each(['valid-minimal', 'valid-full', 'valid-yen', 'valid-dinar', 'valid-form'])('accepts %s', async (name) => {
    expect(await faults(sample(name))).toEqual([]);
  });

  it.each([
    ['amount-as-number', [['SEC-STRICT', '$.requestedAmount', 'number']]],
    ['unknown-property', [['SEC-STRICT', '$.priority', 'string']]],
    ['blank-organisation', [['DATA-NONNULL', '$.applicantOrg', 'string']]],
    ['impossible-date', [['DATE-ISO8601', '$.submissionDeadline', 'string']]],
    ['withdrawn-currency', [['FIN-ISO4217', '$.currencyCode', 'string']]],
    ['yen-with-decimals', [['FIN-ISO4217', '$.requestedAmount', 'string']]],
    ['zero-amount', [['FIN-ISO4217', '$.requestedAmount', 'string']]],
    ['malformed-uei', [['ID-UEI', '$.applicantUei', 'string']]],
    ['malformed-ein', [['ID-EIN', '$.form.body.employer_taxpayer_identification_number', 'object']]],
    ['raw-spreadsheet', [['SEC-ENVELOPE', '$.budget.normalization', 'missing'], ['SEC-ENVELOPE', '$.budget.rows', 'array']]],
  ])('finds in %s exactly what is wrong', async (name, expected) => {
    expect((await faults(sample(name))).map(({ rule, path, actualType }) => [rule, path, actualType])).toEqual(expected);
  });

  it('tells all violations of a payload, sorted by place', async () => {
    const found = await faults(sample('many-violations'));
    expect(found.map(({ path }) => path)).toEqual(['$.applicantOrg', '$.applicantUei', '$.currencyCode', '$.priority', '$.submissionDeadline']);
  });

  it.each([[null], [undefined], ['text'], [7], [[]], [true]])('refuses %j as a payload', async (payload) => {
    expect((await faults(payload)).length).toBeGreaterThan(0);
  });

  it('repeats no value', async () => {
    const text = JSON.stringify(await faults({ ...(sample('valid-minimal') as object), applicantUei: 'hunter2', secret: 'hunter2' }));
    expect(text).not.toContain('hunter2');
  });

  it('wants whole numbers and SHA-256 in a manifest', async () => {
    const manifest = {
      requestId: 'FOIA-1', jurisdiction: 'US', documentId: 'D-1', repository: 'r', version: '1', uri: 'store://r/d.pdf', digest: 'a'.repeat(64), size: 1, mediaType: 'application/pdf',
    };
    expect(await faults(manifest, RecordManifestPayload)).toEqual([]);
    expect(await faults({ ...manifest, size: '1', digest: 'sha256:aa', noOcr: 'yes' }, RecordManifestPayload)).toHaveLength(3);
  });
});
