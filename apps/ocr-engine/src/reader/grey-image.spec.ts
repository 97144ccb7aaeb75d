import { describe, expect, it } from 'vitest';
import { greyImage } from './grey-image.js';

describe('greyImage', () => {
  it('writes a binary PGM of the luma of every row, more rows than one band included', () => {
    const height = 600;
    const row = (y: number) => (y % 2 === 0 ? [255, 255, 255, 255, 0, 0, 0, 255] : [255, 0, 0, 255, 0, 255, 0, 255]);
    const file = greyImage(2, height, (top, rows) => Uint8ClampedArray.from(Array.from({ length: rows }, (_, y) => row(top + y)).flat()));
    const head = 'P5\n2 600\n255\n';
    expect(new TextDecoder().decode(file.subarray(0, head.length))).toBe(head);
    expect([...file.subarray(head.length, head.length + 4)]).toEqual([255, 0, 76, 149]);
    expect([...file.subarray(-2)]).toEqual([76, 149]);
    expect(file).toHaveLength(head.length + 2 * height);
  });
});
