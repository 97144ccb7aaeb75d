import { expect, it } from 'vitest';
import { IdSet } from './id-set.js';

it('takes each text once, up to as many as it was made for', () => {
  const set = new IdSet(1_000);
  const texts = Array.from({ length: 1_000 }, (_, n) => `id-${n}`);
  expect(texts.every((text) => set.add(text))).toBe(true);
  expect(texts.some((text) => set.add(text))).toBe(false);
});
