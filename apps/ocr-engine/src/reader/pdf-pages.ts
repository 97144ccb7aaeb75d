import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, VerbosityLevel, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { greyImage } from './grey-image.js';
import type { ReadLimits } from './messages.js';
import type { PageImage, Pages } from './pages.js';
import { watchOmittedImages } from './omitted-images.js';
import { Unreadable } from './unreadable.js';

const POINTS_PER_INCH = 72;
/** Longest side of a drawing surface, in pixels. */
const MAX_SIDE = 32_000;

const packaged = (folder: string) => join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), folder, '/');

/** Takes over `bytes`: they are detached afterwards. Throws Unreadable. */
export async function openPdf(bytes: Uint8Array, limits: ReadLimits): Promise<Pages> {
  const omitted = watchOmittedImages();
  const task = getDocument({
    data: bytes,
    maxImageSize: limits.maxPixels,
    verbosity: VerbosityLevel.WARNINGS,
    standardFontDataUrl: packaged('standard_fonts'),
    cMapUrl: packaged('cmaps'),
    wasmUrl: packaged('wasm'),
  });
  let pdf: PDFDocumentProxy;
  try {
    pdf = await task.promise;
  } catch (error) {
    await task.destroy();
    throw unreadable(error);
  }
  return {
    count: pdf.numPages,
    image: async (number, dpi) => {
      if (number > pdf.numPages) throw new Unreadable('no-such-page');
      const page = await pdf.getPage(number).catch((cause: unknown) => {
        throw new Unreadable('corrupt', cause);
      });
      try {
        omitted.clear();
        const image = await draw(page, dpi, limits.maxPixels);
        if (omitted.seen) throw new Unreadable('too-large');
        return image;
      } finally {
        page.cleanup();
      }
    },
    close: () => task.destroy(),
  };
}

async function draw(page: PDFPageProxy, dpi: number, maxPixels: number): Promise<PageImage> {
  const full = page.getViewport({ scale: dpi / POINTS_PER_INCH });
  const shrink = Math.min(1, Math.sqrt(maxPixels / (full.width * full.height)), MAX_SIDE / Math.max(full.width, full.height));
  const viewport = shrink < 1 ? page.getViewport({ scale: (shrink * dpi) / POINTS_PER_INCH }) : full;
  const [width, height] = [Math.max(1, Math.floor(viewport.width)), Math.max(1, Math.floor(viewport.height))];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  try {
    await page.render({ canvas, canvasContext: context, viewport }).promise;
    const bytes = greyImage(width, height, (top, rows) => context.getImageData(0, top, width, rows).data);
    return { bytes, dpi: Math.round(shrink * dpi) };
  } finally {
    // The pixels lie outside the JavaScript heap: give them back now, not at some later collection.
    canvas.width = 1;
    canvas.height = 1;
  }
}

function unreadable(error: unknown): Unreadable {
  const name = error instanceof Error ? error.name : '';
  return new Unreadable(name === 'PasswordException' ? 'encrypted' : 'corrupt', error);
}
