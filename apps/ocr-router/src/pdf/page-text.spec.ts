import { describe, expect, it } from 'vitest';
import { countCharacters, countUnmapped, countWords, orderLines } from './page-text.js';

describe('orderLines', () => {
  it('moves heads to the front and feet to the end by their height, and leaves columns as they are', () => {
    const lines = [
      { text: 'left 1', depth: 0.3 }, { text: ' left 2 ', depth: 0.9 }, { text: 'right 1', depth: 0.3 }, { text: ' ', depth: 0.5 },
      { text: 'foot 2', depth: 0.98 }, { text: 'foot 1', depth: 0.95 }, { text: 'head', depth: 0.02 },
    ];
    expect(orderLines(lines)).toEqual(['head', 'left 1', 'left 2', 'right 1', 'foot 1', 'foot 2']);
  });
});

describe('counts', () => {
  it('counts words and characters, whatever the white space', () => {
    expect([countWords(' a  bc\n\td '), countCharacters(' a  bc\n\td '), countWords(' '), countCharacters('\u{1F4C4}')]).toEqual([3, 4, 0, 1]);
  });

  it('counts glyphs of unknown meaning, not line ends and tabs', () => {
    expect(countUnmapped('plain text\r\n\t– ü 漢字')).toBe(0);
    expect(countUnmapped('\uFFFD\uF0B7\u0003\u{F0000}\u0378\uD800')).toBe(6);
  });
});
