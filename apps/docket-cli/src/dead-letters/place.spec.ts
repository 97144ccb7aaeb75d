import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPlace, parsePlace } from './place.js';

it('is read as it is written', () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z][a-z0-9.-]{0,30}$/), fc.nat({ max: 99_999 }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (topic, partition, offset) => {
    expect(parsePlace(formatPlace({ topic, partition, offset }))).toEqual({ topic, partition, offset });
  }));
});

it.each(['', 'executor.dlq', 'executor.dlq/0', 'executor.dlq/0/x', 'executor.dlq/-1/0', 'executor.dlq/0/1/2', '/0/1', 'a b/0/1'])('refuses %j', (text) => {
  expect(parsePlace(text)).toBeUndefined();
});
