/**
 * The schemas of the payloads agree with the DTOs that judge them: what a DTO accepts its schema accepts too, so that nobody
 * who checks by the schema holds back a good payload; and what is wrong by its structure both refuse.
 */
import 'reflect-metadata';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrantPayload } from '../grants/grant-payload.dto.js';
import { RecordManifestPayload } from '../records/record-manifest.dto.js';
import { Constraint, Form, Optional, Present, Text } from '../rules/constraints.js';
import { EVENT_TYPES } from './event-types.js';
import type { JsonSchema } from './json-schema.js';
import { payloadSchema } from './payload-schema.js';
import { payloadSchemas } from './unit-schemas.js';

type Json = Record<string, unknown>;

const ajv = new Ajv2020({ strict: true });
formats.default(ajv, ['date']);

function accepts(dto: new () => object, value: unknown): boolean {
  return validateSync(plainToInstance(dto, value), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }).length === 0;
}

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const loose = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.stringMatching(/^[A-Za-z0-9.-]{1,8}$/), fc.constantFrom('😀', '\u00a0', 'a b'));
const amount = fc.oneof(fc.stringMatching(/^[1-9]\d{0,5}(\.\d{1,2})?$/), fc.constantFrom('0', '1.5', '12.345'));
const day = fc.oneof(fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10)), fc.constant('2025-02-29'));
const uri = fc.constantFrom('store://bucket/name', 's3://x/😀');
const attachment = fc.record({ uri, digest: hex, mediaType: fc.constantFrom('application/pdf', 'a/b'), parsed: fc.boolean() }, { requiredKeys: ['uri', 'digest', 'mediaType'] });
const lines = fc.array(fc.record({ category: loose, description: loose, amount }, { requiredKeys: ['category', 'amount'] }), { minLength: 1, maxLength: 3 });
const normalization = fc.record({ module: fc.constant('excel-budget-template-sync'), version: fc.constantFrom('1.0.0', '2.10.3-rc.1'), digest: hex });

const grants: fc.Arbitrary<Json> = fc.record({
  grantId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,9}$/), applicantOrg: loose, applicantUei: fc.constantFrom('YNDUZMUZF8H8', 'ynduzmuzf8h8', 'X'),
  funder: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/), requestedAmount: amount, currencyCode: fc.constantFrom('USD', 'JPY', 'BHD'), submissionDeadline: day,
  budget: fc.record({ lines, normalization }), attachments: fc.array(attachment, { maxLength: 3 }),
}, { requiredKeys: ['grantId', 'applicantOrg', 'funder', 'requestedAmount', 'currencyCode', 'submissionDeadline'] });

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,9}$/);
const manifests: fc.Arbitrary<Json> = fc.record({
  requestId: name, jurisdiction: fc.constantFrom('US', 'US-CA', 'FR'), documentId: name, repository: name, version: loose, uri, digest: hex,
  size: fc.integer({ min: 0, max: 2 ** 41 }), mediaType: fc.constantFrom('application/pdf', 'image/tiff'), pages: fc.integer({ min: 0, max: 1_000_001 }), marking: loose,
  retention: loose, noOcr: fc.boolean(),
}, { requiredKeys: ['requestId', 'jurisdiction', 'documentId', 'repository', 'version', 'uri', 'digest', 'size', 'mediaType'] });

const example = (type: string) => structuredClone(EVENT_TYPES.find((one) => one.name === type)?.schema.examples?.[0]) as Json;

const full = {
  ...example('docket.grant.submission.v1'),
  budget: { lines: [{ category: 'Travel', amount: '10.00' }], normalization: { module: 'excel-budget-template-sync', version: '1.2.3', digest: 'a'.repeat(64) } },
  attachments: [{ uri: 'store://a/b', digest: 'b'.repeat(64), mediaType: 'application/pdf' }],
};

const cases = [
  ['grant', GrantPayload, payloadSchemas.grant, grants, full],
  ['record', RecordManifestPayload, payloadSchemas.record, manifests, example('docket.record.manifest.v1')],
] as const;

describe.each(cases)('the schema of a %s payload', (_kind, dto, schema, payloads, valid) => {
  const fits = ajv.compile(schema);

  it('accepts whatever the DTO accepts', () => {
    let accepted = 0;
    fc.assert(fc.property(payloads, (payload) => {
      const plain: unknown = JSON.parse(JSON.stringify(payload));
      if (!accepts(dto, plain)) return;
      accepted++;
      expect([fits(plain), fits.errors]).toEqual([true, null]);
    }), { numRuns: 2_000 });
    // Or this would show nothing.
    expect(accepted).toBeGreaterThan(80);
  });

  it('refuses what lacks a part, has one too many or one of another type, and so does the DTO', () => {
    expect([accepts(dto, valid), fits(valid)]).toEqual([true, true]);
    const faults = structuralFaults(valid, schema);
    expect(faults.length).toBeGreaterThan(20);
    for (const { what, value } of faults) expect({ what, dto: accepts(dto, value), schema: fits(value) }).toEqual({ what, dto: false, schema: false });
  });
});

describe('a schema made from a DTO', () => {
  class Small {
    @Present() @Text(2, 9) @Form(/^[a-z]+$/, 'small letters')
    word!: string;

    @Optional() @Constraint({ name: 'ofYourOwn', rule: 'SEC-STRICT', expected: 'whatever you like', test: () => true })
    free?: unknown;
  }

  it('holds what the constraints say in keywords, and the rest in words', () => {
    expect(payloadSchema(Small, { 'Small.word': 'A word.', 'Small.free': 'Free.' })).toMatchObject({
      type: 'object', required: ['word'], additionalProperties: false,
      properties: {
        word: { description: 'A word. Must be small letters.', type: 'string', minLength: 1, maxLength: 9 },
        free: { description: 'Free. Must be whatever you like.' },
      },
    });
  });
});

/** A valid payload with one structural fault each, at every place that it has. */
function structuralFaults(value: Json, schema: JsonSchema): { what: string; value: Json }[] {
  const faults: { what: string; value: Json }[] = [];
  const at = (what: string, change: (copy: Json) => void, path: readonly (string | number)[]) => {
    const copy = structuredClone(value);
    change(path.reduce<unknown>((inner, step) => (inner as Json)[step], copy) as Json);
    faults.push({ what: `${what} at ${path.join('.')}`, value: copy });
  };
  const walk = (object: Json, shape: JsonSchema, path: readonly (string | number)[]): void => {
    at('an unknown property', (copy) => { copy['notKnown'] = 1; }, path);
    for (const [key, property] of Object.entries(shape.properties ?? {})) {
      if (shape.required?.includes(key)) at(`no ${key}`, (copy) => { Reflect.deleteProperty(copy, key); }, path);
      if (!(key in object)) continue;
      const wrong = [null, true, 7.5, 'text', [], {}].filter((other) => property.type !== undefined && typeOf(other) !== property.type);
      for (const other of wrong) at(`${key} as ${typeOf(other)}`, (copy) => { copy[key] = other; }, path);
      const inner = object[key];
      if (property.type === 'object' && property.properties) walk(inner as Json, property, [...path, key]);
      if (property.type === 'array' && property.items) (inner as Json[]).forEach((item, index) => { walk(item, property.items ?? {}, [...path, key, index]); });
    }
  };
  walk(value, schema, []);
  return faults;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
