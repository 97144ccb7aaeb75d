import type { PDFPageProxy } from 'unpdf/pdfjs';
import type { Box } from './coverage-grid.js';
import { matrixOf } from './matrix.js';
import type { PlacedLine } from './page-text.js';

export interface TextLayer {
  readonly lines: readonly PlacedLine[];
  /** Share of the page under text, 0 to 1. */
  readonly share: number;
}

/** A piece of text as pdf.js gives it; marked-content items have no text and are left out. */
interface TextPiece {
  readonly str: string;
  readonly transform: unknown;
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

export async function readTextLayer(page: PDFPageProxy): Promise<TextLayer> {
  const { items } = await page.getTextContent();
  const depthAt = depthOn(page);
  const box = boxOf(page);
  const lines: PlacedLine[] = [];
  let area = 0;
  let text = '';
  let depth: number | undefined;
  const endLine = () => {
    if (text !== '') lines.push({ text, depth: depth ?? 0.5 });
    [text, depth] = ['', undefined];
  };
  for (const item of items) {
    if (!('str' in item)) continue;
    const { str, transform, width, height, hasEOL }: TextPiece = item;
    text += str;
    const [, , , , x, y] = matrixOf(transform) ?? [0, 0, 0, 0, NaN, NaN];
    if (str.trim() !== '') {
      depth ??= depthAt(x, y);
      if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) area += Math.abs(width * height);
    }
    if (hasEOL) endLine();
  }
  endLine();
  return { lines, share: Math.min(1, area / ((box[2] - box[0]) * (box[3] - box[1]))) };
}

/** The visible part of the page in user space. */
export function boxOf(page: PDFPageProxy): Box {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = page.view;
  return [x0, y0, x1, y1];
}

/** How far down the page a point of user space lies as the page is shown, turned pages included: 0 is the top, 1 the foot. */
export function depthOn(page: PDFPageProxy): (x: number, y: number) => number {
  const { transform, height } = page.getViewport({ scale: 1 });
  const [, b, , d, , f] = matrixOf(transform) ?? [0, 0, 0, 0, 0, 0];
  return (x, y) => (b * x + d * y + f) / height;
}
