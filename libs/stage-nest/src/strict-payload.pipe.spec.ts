import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GrantPayload, RecordManifestPayload, type InvalidPayloadError, type Violation } from '@docket/contracts';
import fc from 'fast-check';
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
    ['malformed-ein', [['ID-EIN', '$.form.body.employer_taxpayer_identification_number', 'string']]],
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

  it('names each member of a list that is no object, and the lines that do not fit their currency', async () => {
    const attachment = { uri: 'store://a/b.pdf', digest: 'a'.repeat(64), mediaType: 'application/pdf' };
    const places = async (over: object) => (await faults({ ...(sample('valid-yen') as object), ...over })).map(({ rule, path, actualType }) => [rule, path, actualType]);
    expect(await places({ attachments: [attachment, 'x', attachment, null] })).toEqual([['SEC-STRICT', '$.attachments[1]', 'string'], ['SEC-STRICT', '$.attachments[3]', 'null']]);
    expect(await places({ attachments: Array.from({ length: 101 }, () => attachment) })).toEqual([['SEC-STRICT', '$.attachments', 'array']]);
    const line = (amount: string) => ({ category: 'Travel', amount });
    const budget = { lines: ['10', '10.5', '10', '0.01'].map(line), normalization: { module: 'excel-budget-template-sync', version: '1.4.0', digest: 'a'.repeat(64) } };
    expect(await places({ budget })).toEqual([['FIN-ISO4217', '$.budget.lines[1].amount', 'string'], ['FIN-ISO4217', '$.budget.lines[3].amount', 'string']]);
  });

  it('repeats no value: a secret in any place, under any name it knows, is in no violation and no message', async () => {
    const full = sample('valid-full') as Record<string, unknown>;
    const places = [...leaves({ ...full, form: { schema: 'sf-424', body: { employer_taxpayer_identification_number: 'x' } } })];
    const secret = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `s3cr3t${text}`);
    await fc.assert(fc.asyncProperty(fc.subarray(places, { minLength: 1 }), secret, fc.constantFrom('text', 'list', 'member'), async (chosen, text, shape) => {
      const payload = structuredClone({ ...full, form: { schema: 'sf-424', body: {} } }) as Record<string, unknown>;
      for (const place of chosen) plant(payload, place, shape === 'text' ? text : shape === 'list' ? [text] : { member: text });
      const error = await strictPayload.transform(payload, { type: 'body', metatype: GrantPayload }).then(() => undefined, (cause: unknown) => cause as InvalidPayloadError);
      expect(`${JSON.stringify(error?.violations)} ${String(error)}`).not.toContain('s3cr3t');
    }));
  });

  it('cuts a name that came from outside, and tells no more than 200 violations', async () => {
    const [unknown] = await faults({ ...(sample('valid-minimal') as object), ['n'.repeat(100_000)]: 1 });
    expect(unknown?.path).toHaveLength("$['…']".length + 100);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`unknown${at}`, 1]));
    expect(await faults({ ...(sample('valid-minimal') as object), ...many })).toHaveLength(200);
  });

  it('is of no use without a class: that is a bug, and stops the stage', async () => {
    await expect(strictPayload.transform({}, { type: 'body', metatype: Object })).rejects.toMatchObject({ code: 'DOCKET_HANDLER_DTO', kind: 'critical' });
    await expect(strictPayload.transform({}, { type: 'body' })).rejects.toMatchObject({ kind: 'critical' });
  });

  it('refuses a record that would pass for an attachment of a grant', async () => {
    const manifest = {
      requestId: 'FOIA-1', jurisdiction: 'US', documentId: 'D-1', repository: 'grant-attachments', version: '1', uri: 'store://r/d.pdf', digest: 'a'.repeat(64), size: 1, mediaType: 'application/pdf',
    };
    const grant = { correlationId: '0190b6b0-0000-4000-8000-000000000000', grantId: 'GR-1' };
    const found = await faults({ ...manifest, grant }, RecordManifestPayload);
    expect(found.map(({ rule, path }) => [rule, path])).toEqual([['SEC-STRICT', '$.grant'], ['REC-CUSTODY', '$.repository']]);
  });

  it('wants whole numbers and SHA-256 in a manifest', async () => {
    const manifest = {
      requestId: 'FOIA-1', jurisdiction: 'US', documentId: 'D-1', repository: 'r', version: '1', uri: 'store://r/d.pdf', digest: 'a'.repeat(64), size: 1, mediaType: 'application/pdf',
    };
    expect(await faults(manifest, RecordManifestPayload)).toEqual([]);
    expect(await faults({ ...manifest, size: '1', digest: 'sha256:aa', noOcr: 'yes' }, RecordManifestPayload)).toHaveLength(3);
  });
});

/** The path of every value that is neither object nor list. */
function* leaves(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) yield path;
  else for (const [name, member] of Object.entries(value)) yield* leaves(member, [...path, name]);
}

function plant(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce((at, name) => (at[name] ??= {}) as Record<string, unknown>, root);
  parent[path.at(-1) ?? ''] = value;
}
