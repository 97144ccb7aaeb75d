import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { imageSize } from './image-size.js';

const canvas = createCanvas(123, 45);

describe('imageSize', () => {
  it('reads PNG and JPEG headers', async () => {
    expect(imageSize('image/png', await canvas.encode('png'))).toEqual({ width: 123, height: 45 });
    expect(imageSize('image/jpeg', await canvas.encode('jpeg'))).toEqual({ width: 123, height: 45 });
  });

  it('walks past JPEG segments and fill bytes', () => {
    const jpeg = [0xff, 0xd8, 0xff, 0xe1, 0, 4, 9, 9, 0xff, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 17, 8, 0, 2, 0, 3, 0, 0];
    expect(imageSize('image/jpeg', Uint8Array.from(jpeg))).toEqual({ width: 3, height: 2 });
  });

  it('knows no size of a file that is of another type, cut off or empty', async () => {
    const png = await canvas.encode('png');
    expect(imageSize('image/jpeg', png)).toBeUndefined();
    expect(imageSize('image/png', png.subarray(0, 20))).toBeUndefined();
    expect(imageSize('image/jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0, 0, 0, 0, 0))).toBeUndefined();
    expect(imageSize('image/png', new Uint8Array())).toBeUndefined();
  });
});
