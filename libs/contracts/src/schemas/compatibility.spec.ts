/**
 * A change of a schema is called compatible only where every value that one side writes is accepted by the other; what
 * cannot be told is called a break.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaksOf, misread } from './compatibility.js';
import type { Direction } from './event-types.js';
import type { JsonSchema } from './json-schema.js';

const text: JsonSchema = { type: 'string' };
const base: JsonSchema = { type: 'object', properties: { id: text, state: { type: 'string', enum: ['a', 'b'] } }, required: ['id', 'state'] };
const withProperties = (properties: Record<string, JsonSchema>, required: string[] = ['id', 'state'], more: JsonSchema = {}): JsonSchema => ({
  ...base, ...more, properties: { ...base.properties, ...properties }, required,
});
const property = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { x: schema }, required: ['x'] });

type Verdicts = Partial<Record<Direction, readonly string[]>>;

const table: readonly (readonly [string, JsonSchema, JsonSchema, Verdicts])[] = [
  ['nothing changes', base, base, {}],
  ['words change', { ...base, title: 'A' }, { ...base, title: 'B', description: 'more', examples: [1] }, {}],
  ['an optional property more', base, withProperties({ more: text }), {}],
  ['an optional property more where unknown ones are refused', { ...base, additionalProperties: false }, withProperties({ more: text }, undefined, { additionalProperties: false }), { read: ['$.more'], internal: ['$.more'] }],
  ['a required property more', base, withProperties({ more: text }, ['id', 'state', 'more']), { write: ['$.more'], internal: ['$.more'] }],
  ['a required property may be absent', base, withProperties({}, ['id']), { read: ['$.state'], internal: ['$.state'] }],
  ['an optional property is gone', withProperties({ more: text }), base, {}],
  ['an optional property is gone where unknown ones are refused', withProperties({ more: text }), { ...base, additionalProperties: false }, { write: ['$.more'], internal: ['$.more'] }],
  ['unknown properties are refused from now on', base, { ...base, additionalProperties: false }, {}],
  ['a value more', base, withProperties({ state: { type: 'string', enum: ['a', 'b', 'c'] } }), { read: ['$.state'], internal: ['$.state'] }],
  ['a value less', base, withProperties({ state: { type: 'string', enum: ['a'] } }), { write: ['$.state'], internal: ['$.state'] }],
  ['any value', base, withProperties({ state: text }), { read: ['$.state'], internal: ['$.state'] }],
  ['another type', property(text), property({ type: 'integer' }), { write: ['$.x'], read: ['$.x'], internal: ['$.x', '$.x'] }],
  ['fractions too', property({ type: 'integer' }), property({ type: 'number' }), { read: ['$.x'], internal: ['$.x'] }],
  ['a longer text', property({ type: 'string', maxLength: 5 }), property({ type: 'string', maxLength: 6 }), { read: ['$.x'], internal: ['$.x'] }],
  ['a shorter text', property({ type: 'string', maxLength: 5 }), property({ type: 'string', maxLength: 4 }), { write: ['$.x'], internal: ['$.x'] }],
  ['another pattern', property({ type: 'string', pattern: '^a' }), property({ type: 'string', pattern: '^b' }), { write: ['$.x'], read: ['$.x'], internal: ['$.x', '$.x'] }],
  ['no format any more', property({ type: 'string', format: 'date' }), property(text), { read: ['$.x'], internal: ['$.x'] }],
  ['a higher minimum', property({ type: 'integer', minimum: 0 }), property({ type: 'integer', minimum: 1 }), { write: ['$.x'], internal: ['$.x'] }],
  ['fewer items', property({ type: 'array', items: text, maxItems: 9 }), property({ type: 'array', items: text, maxItems: 8 }), { write: ['$.x'], internal: ['$.x'] }],
  ['other items', property({ type: 'array', items: text }), property({ type: 'array', items: { type: 'boolean' } }), { write: ['$.x[*]'], read: ['$.x[*]'], internal: ['$.x[*]', '$.x[*]'] }],
  ['an alternative more', { anyOf: [text] }, { anyOf: [text, { type: 'integer' }] }, { read: ['$'], internal: ['$'] }],
  ['an alternative less', { anyOf: [text, { type: 'integer' }] }, { anyOf: [text] }, { write: ['$'], internal: ['$'] }],
  [
    'other values of free names', property({ type: 'object', properties: {}, additionalProperties: text }),
    property({ type: 'object', properties: {}, additionalProperties: { type: 'boolean' } }), { write: ['$.x.*'], read: ['$.x.*'], internal: ['$.x.*', '$.x.*'] },
  ],
];

describe('a change', () => {
  it.each(table)('%s', (_what, released, current, verdicts) => {
    for (const direction of ['write', 'read', 'internal'] as const) {
      expect([direction, breaksOf(released, current, direction).map(({ path }) => path)]).toEqual([direction, verdicts[direction] ?? []]);
    }
  });

  it('is refused where a keyword is not known, wherever it stands', () => {
    const strange = { not: {} } as JsonSchema;
    for (const schema of [strange, property(strange), { anyOf: [strange] }, property({ type: 'array', items: strange })]) {
      expect(() => breaksOf(schema, schema, 'write')).toThrow('the keyword not is not known');
    }
  });
});

const scalar: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ type: fc.constant('string' as const), minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 4 }), pattern: fc.constantFrom('^a', 'b') }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constantFrom('integer' as const, 'number' as const), minimum: fc.integer({ min: -2, max: 2 }), maximum: fc.integer({ min: 2, max: 5 }) }, { requiredKeys: ['type'] }),
  fc.subarray(['a', 'ab', 'b'], { minLength: 1 }).map((values): JsonSchema => ({ type: 'string', enum: values })),
  fc.constant<JsonSchema>({ type: 'string' }),
  fc.constant<JsonSchema>({ type: 'boolean' }),
);

const schemas = fc.letrec<{ any: JsonSchema }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.record({
      properties: fc.dictionary(fc.constantFrom('p', 'q', 'constructor'), tie('any'), { noNullPrototype: true }), drop: fc.boolean(),
      extra: fc.constantFrom<(boolean | undefined)[]>(undefined, false),
    }).map(({ properties, drop, extra }): JsonSchema => ({
      type: 'object', properties, required: Object.keys(properties).slice(drop ? 1 : 0), ...(extra !== undefined && { additionalProperties: extra }),
    })),
    tie('any').map((values): JsonSchema => ({ type: 'object', properties: {}, additionalProperties: values })),
    fc.record({ items: tie('any'), minItems: fc.nat(1), maxItems: fc.integer({ min: 1, max: 2 }) }).map((list): JsonSchema => ({ type: 'array', ...list })),
    fc.array(tie('any'), { minLength: 1, maxLength: 2 }).map((anyOf): JsonSchema => ({ anyOf })),
  ),
})).any;

/** What a writer of this schema makes: no property that it does not name. */
function written(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(written));
  switch (schema.type) {
    case 'string':
      return schema.enum ? fc.constantFrom(...schema.enum) : fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -4, max: schema.maximum ?? 8 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -4, max: schema.maximum ?? 8, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(written(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: schema.maxItems ?? 3 });
    default: {
      const named = fc.record(Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, written(one)])), { requiredKeys: [...(schema.required ?? [])] });
      const free = schema.additionalProperties;
      return typeof free === 'object' ? fc.dictionary(fc.constantFrom('p', 'q', 'r'), written(free), { noNullPrototype: true }) : named;
    }
  }
}

describe('the verdict', () => {
  it('is compatible of a schema with itself', () => {
    fc.assert(fc.property(schemas, (schema) => {
      expect(misread(schema, schema)).toEqual([]);
    }));
  });

  it('is sound: what a writer makes a compatible reader accepts', () => {
    const ajv = new Ajv2020({ strict: false, addUsedSchema: false });
    let compatible = 0;
    fc.assert(fc.property(schemas, schemas, scalar, scalar, fc.nat(), (one, other, small, tiny, seed) => {
      for (const [writer, reader] of [[one, other], [one, loosened(one)], [one, { anyOf: [other, one] }], [property(small), property(tiny)]] as const) {
        if (misread(writer, reader).length > 0) continue;
        compatible++;
        const [fitsWriter, fitsReader] = [ajv.compile(writer), ajv.compile(reader)];
        for (const value of fc.sample(written(writer), { numRuns: 5, seed })) {
          const plain: unknown = JSON.parse(JSON.stringify(value));
          if (fitsWriter(plain)) expect({ plain, read: fitsReader(plain) }).toEqual({ plain, read: true });
        }
      }
    }), { numRuns: 120 });
    expect(compatible).toBeGreaterThan(150);
  });
});

/** The same without its bounds at the top. */
function loosened({ minLength: _a, maxLength: _b, minimum: _c, maximum: _d, minItems: _e, maxItems: _f, required: _g, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
