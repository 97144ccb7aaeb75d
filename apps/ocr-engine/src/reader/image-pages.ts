import { imageSize } from './image-size.js';
import type { ReadLimits } from './messages.js';
import type { Pages } from './pages.js';
import { Unreadable } from './unreadable.js';

/** A PNG or JPEG file is its own only page; Tesseract decodes it, minding its orientation and resolution. */
export function openImage(mediaType: 'image/png' | 'image/jpeg', bytes: Uint8Array, limits: ReadLimits): Pages {
  const size = imageSize(mediaType, bytes);
  if (!size) throw new Unreadable('corrupt');
  if (size.width * size.height > limits.maxPixels) throw new Unreadable('too-large');
  return {
    count: 1,
    image: (page) => (page === 1 ? Promise.resolve({ bytes }) : Promise.reject(new Unreadable('no-such-page'))),
    close: () => Promise.resolve(),
  };
}
