import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical.js';

function theirs(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}

function ours(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

/** Digests hang on this form: what is written the fast way is, byte for byte, what the library writes, and what it refuses is refused. */
it('is the form of the library for every value', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\ud800', '\ud800', 'a\udc00', '10', '9', '1a', '__proto__', 'toJSON', '', 'é', '\u{1f600}', '\ufb33'));
  const json = fc.anything({ key: text, values: [text, fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, NaN, 1e21, 1e-7)], maxDepth: 4, withNullPrototype: true, withDate: true, withSparseArray: true, withBoxedValues: true });
  fc.assert(fc.property(json, (value) => {
    expect(ours(value)).toBe(theirs(value));
  }), { numRuns: 2_000 });
});

it('is the form of the library where values are nested deeply, or in themselves', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  expect(ours(deep)).toBe(theirs(deep));
  const ring: Record<string, unknown> = {};
  ring['ring'] = ring;
  expect(ours(ring)).toBeUndefined();
});
