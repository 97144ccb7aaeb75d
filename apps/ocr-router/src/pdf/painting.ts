import { OPS } from 'unpdf/pdfjs';
import { CoverageGrid, type Box } from './coverage-grid.js';
import { imagePlaces } from './image-places.js';
import { concat, IDENTITY, matrixOf, type Matrix } from './matrix.js';

/** The operator list of a page, as pdf.js makes it. */
export interface Operators {
  readonly fnArray: readonly number[];
  readonly argsArray: readonly unknown[];
}

export interface Painting {
  /** Share of the page under images, 0 to 1. */
  readonly imageShare: number;
  /** No operator paints anything. */
  readonly blank: boolean;
}

/** What paints besides images, paths and showText, into which pdf.js turns all other text operators. */
const PAINTING = new Set<number>([OPS.shadingFill, OPS.rawFillPath]);

/** Follows the transformations of a page and looks where its images come to lie. Clipping is not followed: a clipped image counts whole. */
export function inspectPainting({ fnArray, argsArray }: Operators, page: Box): Painting {
  const grid = new CoverageGrid(page);
  const stack: Matrix[] = [];
  let current = IDENTITY;
  let blank = true;
  const apply = (value: unknown) => {
    const matrix = matrixOf(value);
    if (matrix) current = concat(current, matrix);
  };

  fnArray.forEach((operator, index) => {
    const args = (argsArray[index] ?? []) as readonly unknown[];
    switch (operator) {
      case OPS.save:
        stack.push(current);
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
      case OPS.endAnnotation:
        current = stack.pop() ?? current;
        break;
      case OPS.transform:
        apply(args);
        break;
      case OPS.paintFormXObjectBegin:
        stack.push(current);
        apply(args[0]);
        break;
      case OPS.beginAnnotation:
        stack.push(current);
        current = IDENTITY;
        apply(args[2]);
        apply(args[3]);
        break;
      default: {
        const images = imagePlaces(operator, args);
        for (const image of images) grid.add(concat(current, image));
        if (images.length > 0 || paints(operator, args)) blank = false;
      }
    }
  });
  return { imageShare: grid.share(), blank };
}

function paints(operator: number, args: readonly unknown[]): boolean {
  if (operator === OPS.constructPath) return args[0] !== OPS.endPath; // a path that only clips
  return operator === OPS.showText ? showsInk(args[0]) : PAINTING.has(operator);
}

/** Word processors put a space on empty pages. No glyphs at all means that the font could not be read. */
function showsInk(shown: unknown): boolean {
  const glyphs = (shown as readonly unknown[]).filter((glyph) => typeof glyph === 'object' && glyph !== null && 'unicode' in glyph);
  return glyphs.length === 0 || glyphs.some(({ unicode }) => String(unicode).trim() !== '');
}
