import { OPS } from 'unpdf/pdfjs';
import { CoverageGrid, type Box } from './coverage-grid.js';
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

const PAINTS_NO_IMAGE = new Set<number>([
  OPS.constructPath, OPS.fill, OPS.eoFill, OPS.stroke, OPS.closeStroke, OPS.fillStroke, OPS.eoFillStroke, OPS.closeFillStroke,
  OPS.closeEOFillStroke, OPS.shadingFill, OPS.rawFillPath, OPS.showText, OPS.showSpacedText, OPS.nextLineShowText, OPS.nextLineSetSpacingShowText,
]);

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
        current = stack.pop() ?? IDENTITY;
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
        const images = imagesOf(operator, args);
        for (const image of images) grid.add(concat(current, image));
        if (images.length > 0 || PAINTS_NO_IMAGE.has(operator)) blank = false;
      }
    }
  });
  return { imageShare: grid.share(), blank };
}

/** Where an operator paints images, relative to the current transformation; empty where it paints none. */
function imagesOf(operator: number, args: readonly unknown[]): readonly Matrix[] {
  switch (operator) {
    case OPS.paintImageXObject:
    case OPS.paintImageMaskXObject:
    case OPS.paintInlineImageXObject:
    case OPS.paintSolidColorImageMask:
      return [IDENTITY];
    case OPS.paintImageXObjectRepeat:
      return repeated([args[1], 0, 0, args[2]], args[3]);
    case OPS.paintImageMaskXObjectRepeat:
      return repeated([args[1], args[2], args[3], args[4]], args[5]);
    case OPS.paintImageMaskXObjectGroup:
      return grouped(args[0]);
    case OPS.paintInlineImageXObjectGroup:
      return grouped(args[1]);
    default:
      return [];
  }
}

function repeated(scale: readonly unknown[], positions: unknown): Matrix[] {
  const at = Array.from(positions as ArrayLike<number>);
  return Array.from({ length: at.length / 2 }, (_, index) => matrixOf([...scale, at[2 * index], at[2 * index + 1]]) ?? IDENTITY);
}

function grouped(images: unknown): Matrix[] {
  return (images as readonly { readonly transform?: unknown }[]).map(({ transform }) => matrixOf(transform) ?? IDENTITY);
}
