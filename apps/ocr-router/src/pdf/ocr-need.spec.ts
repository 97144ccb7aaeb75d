import { describe, expect, it } from 'vitest';
import { whyOcr } from './ocr-need.js';

const good = { characters: 2_000, unmapped: 0, textShare: 0.4, imageShare: 0 };

describe('whyOcr', () => {
  it.each([
    [{ characters: 10 }, undefined],
    [{ characters: 9 }, 'no-text'],
    [{ unmapped: 10 }, undefined],
    [{ unmapped: 11 }, 'unmapped-glyphs'],
    [{ imageShare: 0.8, textShare: 0.149 }, 'scan'],
    [{ imageShare: 0.8, textShare: 0.15 }, undefined],
    [{ imageShare: 0.79, textShare: 0 }, undefined],
  ] as const)('%o: %s', (facts, reason) => {
    expect(whyOcr({ ...good, ...facts })).toBe(reason);
  });
});
