import { OPS } from 'unpdf/pdfjs';
import { IDENTITY, matrixOf, type Matrix } from './matrix.js';

/** Where an operator paints images, relative to the current transformation; empty where it paints none. */
export function imagePlaces(operator: number, args: readonly unknown[]): readonly Matrix[] {
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
