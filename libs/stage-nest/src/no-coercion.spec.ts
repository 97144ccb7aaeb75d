import { GrantPayload, RecordManifestPayload, sha256Hex } from '@docket/contracts';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { readStrictly } from './strict-payload.pipe.js';

/** A payload with every field that its DTO knows, so that each can be given wrongly. */
const COMPLETE: Readonly<Record<string, { readonly dto: Type<object>; readonly payload: Readonly<Record<string, unknown>> }>> = {
  grant: {
    dto: GrantPayload,
    payload: {
      grantId: 'GR-1', applicantOrg: 'Example Health', applicantUei: 'YNDUZMUZF8H8', funder: 'funder-steady', requestedAmount: '10.00', currencyCode: 'USD',
      submissionDeadline: '2027-03-31',
      budget: {
        lines: [{ category: 'Travel', description: 'Train', amount: '10.00' }],
        normalization: { module: 'excel-budget-template-sync', version: '1.4.0', digest: sha256Hex('budget') },
      },
      attachments: [{ uri: 'store://attachments/a.pdf', digest: sha256Hex('a'), mediaType: 'application/pdf', parsed: true }],
      form: { schema: 'sf-424', body: {} },
    },
  },
  manifest: {
    dto: RecordManifestPayload,
    payload: {
      requestId: 'FOIA-1', jurisdiction: 'US', documentId: 'D-1', repository: 'repository', version: '1', uri: 'store://repository/d.pdf', digest: sha256Hex('d'),
      size: 1, mediaType: 'application/pdf', pages: 2, marking: 'UNCLASSIFIED', retention: 'GRS 5.2', noOcr: false,
    },
  },
};

/** Fields whose only right value is none: raw spreadsheet data. */
const NEVER = new Set(['rows', 'cells', 'sheets']);

const OF_EACH_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  string: ['7', 'true', '2027-03-31', '[]', '{}'], number: [0, 7, 1.5, -1], boolean: [true, false], null: [null], array: [[], ['x'], [[]], [null], [7]], object: [{}, { a: 1 }],
};

interface Field {
  readonly path: string;
  readonly type: string;
  /** The whole payload with this field so. */
  readonly with: (value: unknown) => Record<string, unknown>;
}

/** The fields of a DTO as class-validator knows them, so that a new one is walked by itself. */
function fieldsOf(dto: Type<object>, payload: Readonly<Record<string, unknown>>, path: string, embed: (value: Record<string, unknown>) => Record<string, unknown>): Field[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))].filter((name) => !NEVER.has(name));
  // Whoever adds a field gives it here too, or nobody would know whether it is coerced.
  expect(names.filter((name) => !(name in payload))).toEqual([]);
  return names.flatMap((name): Field[] => {
    const value = payload[name];
    const set = (given: unknown) => embed({ ...payload, [name]: given });
    const own: Field = { path: `${path}.${name}`, type: Array.isArray(value) ? 'array' : typeof value, with: set };
    if (!rules.some((rule) => rule.propertyName === name && rule.type === 'nestedValidation')) return [own];
    const list = Array.isArray(value);
    const nested = (list ? (value as unknown[])[0] : value) as Record<string, unknown>;
    const kind = nestedDto(dto, name, list);
    return [own, ...fieldsOf(kind, nested, list ? `${own.path}[0]` : own.path, (inner) => set(list ? [inner] : inner))];
  });
}

function nestedDto(dto: Type<object>, name: string, list: boolean): Type<object> {
  const made = (plainToInstance(dto, { [name]: list ? [{}] : {} }) as Record<string, unknown>)[name];
  return ((list ? (made as unknown[])[0] : made) as object).constructor as Type<object>;
}

/**
 * Nothing is coerced (SEC-STRICT): a field of another JSON type than its own is one violation, at its place, with the type
 * that was found; and what is right comes through unchanged.
 */
describe.each(Object.entries(COMPLETE))('no coercion in a %s', (_name, { dto, payload }) => {
  const fields = fieldsOf(dto, payload, '$', (value) => value);

  it('accepts it whole, and changes nothing', async () => {
    const { instance, violations } = await readStrictly(dto, payload);
    expect(violations).toEqual([]);
    expect(JSON.parse(JSON.stringify(instance))).toEqual(payload);
  });

  it.each(fields.map((field) => [field.path, field] as const))('%s', async (path, field) => {
    for (const [type, values] of Object.entries(OF_EACH_TYPE)) {
      if (type === field.type) continue;
      for (const value of values) {
        const { violations } = await readStrictly(dto, field.with(value));
        expect({ value, found: violations.map((one) => [one.path, one.actualType]) }).toEqual({ value, found: [[path, type]] });
      }
    }
  });
});
