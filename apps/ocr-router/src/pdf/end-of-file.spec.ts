import { describe, expect, it } from 'vitest';
import { hasEnd } from './end-of-file.js';

describe('hasEnd', () => {
  it('finds the mark in the last kilobyte, padding aside', () => {
    expect(hasEnd(Buffer.from('%PDF-1.7 startxref 9 %%EOF'))).toBe(true);
    expect(hasEnd(Buffer.concat([Buffer.from('%%EOF\n'), Buffer.alloc(5_000)]))).toBe(true);
    expect(hasEnd(Buffer.from(`%%EOF${' '.repeat(1_000)}`))).toBe(true);
  });

  it('misses it in a file that goes on after it, or has none', () => {
    expect(hasEnd(Buffer.from(`%%EOF${'x'.repeat(1_024)}`))).toBe(false);
    expect(hasEnd(Buffer.alloc(0))).toBe(false);
    expect(hasEnd(Buffer.from('%PDF-1.7 %%EO'))).toBe(false);
  });
});
