import type { PDFPageProxy } from 'unpdf/pdfjs';
import type { PlacedLine } from './page-text.js';
import { depthOn } from './text-layer.js';

/**
 * Text that stands on or behind a page but not in its content: values of text and choice fields, texts of notes and free
 * text; from the top of the page to its foot.
 */
export async function readAnnotations(page: PDFPageProxy): Promise<PlacedLine[]> {
  const depthAt = depthOn(page);
  const annotations: readonly unknown[] = await page.getAnnotations();
  const lines = annotations.flatMap((annotation) => {
    const { rect, fieldType, fieldValue, contentsObj } = (annotation ?? {}) as Record<string, unknown>;
    const [x0 = 0, , , y1 = 0] = Array.isArray(rect) ? rect.map(Number) : [];
    const contents = (contentsObj as { readonly str?: unknown } | undefined)?.str;
    const texts = [...(fieldType === 'Tx' || fieldType === 'Ch' ? [fieldValue].flat() : []), contents];
    return texts
      .filter((text) => typeof text === 'string')
      .flatMap((text) => text.split(/[\r\n]+/))
      .map((text) => ({ text, depth: depthAt(x0, y1) }));
  });
  return lines.sort((a, b) => a.depth - b.depth);
}
