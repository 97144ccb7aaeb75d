import { readFileSync } from 'node:fs';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaType } from './messages.js';
import { ThreadReader } from './thread-reader.js';

const never = new AbortController().signal;
const limits = { maxPixels: 5_000_000 };
const sample = (name: string) => readFileSync(new URL(`../../../../samples/documents/${name}.pdf`, import.meta.url));

let lastId = 0;
const documentOf = (bytes: Uint8Array, mediaType: MediaType = 'application/pdf') => ({ id: ++lastId, mediaType, bytes });

async function picture(width: number, height: number, text: string) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'black';
  context.font = '48px serif';
  context.fillText(text, 40, 100);
  return { png: await canvas.encode('png'), jpeg: await canvas.encode('jpeg') };
}

/** The real engine, on real documents. */
describe('ThreadReader', { timeout: 60_000 }, () => {
  let reader: ThreadReader;

  beforeAll(async () => {
    reader = await ThreadReader.start(limits, never);
  }, 60_000);

  afterAll(() => reader.stop());

  it('reads the pages of a scan', async () => {
    const scan = documentOf(sample('scan-two-pages'));
    expect(await reader.countPages(scan)).toBe(2);
    const page = await reader.readPage(scan, 1, 200);
    expect(page.text).toMatch(/Advisory\s+Circular/);
    expect(page.text).toContain('Coded Departure Routes');
    expect(page).toMatchObject({ page: 1, confidence: expect.closeTo(95, -1) as number });
    expect(page.words).toBeGreaterThan(300);
    expect(page.ms).toBeGreaterThan(0);
  });

  it.each(['image/png', 'image/jpeg'] as const)('reads %s', async (mediaType) => {
    const { png, jpeg } = await picture(900, 200, 'Public records request');
    const page = await reader.readPage(documentOf(mediaType === 'image/png' ? png : jpeg, mediaType), 1, 200);
    expect(page).toMatchObject({ text: 'Public records request\n', words: 3 });
  });

  it('gives a blank page no words and no confidence', async () => {
    const { png } = await picture(600, 200, '');
    expect(await reader.readPage(documentOf(png, 'image/png'), 1, 200)).toMatchObject({ words: 0, confidence: 0 });
  });

  it('goes on after documents that cannot be read', async () => {
    const { png, jpeg } = await picture(900, 200, 'Still here');
    const code = (is: string) => expect.objectContaining({ code: is }) as Error;
    const cut = Buffer.from(png.subarray(0, 200));
    const scan = documentOf(sample('scan-single-page'));
    await expect(reader.countPages(documentOf(sample('corrupt')))).rejects.toThrow(code('DOCKET_DOCUMENT_CORRUPT'));
    await expect(reader.countPages(documentOf(sample('encrypted')))).rejects.toThrow(code('DOCKET_DOCUMENT_ENCRYPTED'));
    await expect(reader.countPages(documentOf(new Uint8Array(10)))).rejects.toThrow(code('DOCKET_DOCUMENT_CORRUPT'));
    await expect(reader.readPage(documentOf(cut, 'image/png'), 1, 200)).rejects.toThrow(code('DOCKET_DOCUMENT_CORRUPT'));
    await expect(reader.readPage(documentOf(jpeg, 'image/png'), 1, 200)).rejects.toThrow(code('DOCKET_DOCUMENT_CORRUPT'));
    await expect(reader.readPage(scan, 2, 200)).rejects.toThrow(code('DOCKET_PAGE_MISSING'));
    await expect(reader.readPage(documentOf(png, 'image/png'), 2, 200)).rejects.toThrow(code('DOCKET_PAGE_MISSING'));
    expect(reader.usable).toBe(true);
    expect((await reader.readPage(documentOf(png, 'image/png'), 1, 200)).text).toBe('Still here\n');
  });

  it('refuses a page whose image is beyond the pixel limit instead of reading it without the image', async () => {
    const small = await ThreadReader.start({ maxPixels: 1_000_000 }, never);
    try {
      const tooLarge = expect.objectContaining({ code: 'DOCKET_DOCUMENT_TOO_LARGE' }) as Error;
      await expect(small.readPage(documentOf(sample('scan-single-page')), 1, 100)).rejects.toThrow(tooLarge);
      const { png } = await picture(1_200, 1_000, '');
      await expect(small.readPage(documentOf(png, 'image/png'), 1, 200)).rejects.toThrow(tooLarge);
      // Drawn text has no pixels of its own: it is drawn smaller until it fits.
      const page = await small.readPage(documentOf(sample('text-layer')), 1, 600);
      expect(page.words).toBeGreaterThan(100);
      expect(small.usable).toBe(true);
    } finally {
      await small.stop();
    }
  });

  it('rejects the page at work when stopped, and every later one', async () => {
    const other = await ThreadReader.start(limits, never);
    const reading = other.readPage(documentOf(sample('scan-single-page')), 1, 200);
    const rejected = expect(reading).rejects.toMatchObject({ code: 'DOCKET_OCR_WORKER', retriable: true });
    await other.stop();
    await rejected;
    expect(other.usable).toBe(false);
    await expect(other.countPages(documentOf(new Uint8Array(1)))).rejects.toMatchObject({ code: 'DOCKET_OCR_WORKER' });
  });

  it('leaves nothing running where the start is given up', async () => {
    const givenUp = new AbortController();
    const starting = ThreadReader.start(limits, givenUp.signal);
    givenUp.abort();
    await expect(starting).rejects.toMatchObject({ code: 'DOCKET_OCR_WORKER' });
  });
});
