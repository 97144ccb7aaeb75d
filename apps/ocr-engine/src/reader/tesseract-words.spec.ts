import { describe, expect, it } from 'vitest';
import { readWords } from './tesseract-words.js';

const row = (level: number, confidence: number, text: string) => [level, 1, 1, 1, 1, 1, 0, 0, 9, 9, confidence, text].join('\t');

describe('readWords', () => {
  it('counts words and takes the mean of their confidence, not of lines and blanks', () => {
    const tsv = [row(1, -1, ''), row(4, -1, ''), row(5, 90, 'Advisory'), row(5, 95.555, 'Circular'), row(5, 12, ' '), ''].join('\n');
    expect(readWords(tsv)).toEqual({ words: 2, confidence: 92.78 });
  });

  it('has no confidence where there are no words', () => {
    expect(readWords('')).toEqual({ words: 0, confidence: 0 });
  });
});
