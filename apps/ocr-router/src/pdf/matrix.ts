/** Affine transformation as PDF writes it: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** `inner` first, then `outer`. */
export function concat(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** The first six numbers of whatever array-like pdf.js has handed out; undefined where there are none. */
export function matrixOf(value: unknown): Matrix | undefined {
  const numbers = Array.from((value ?? []) as ArrayLike<unknown>, Number);
  const [a, b, c, d, e, f] = numbers;
  const complete = a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined && f !== undefined;
  return complete && numbers.every(Number.isFinite) ? [a, b, c, d, e, f] : undefined;
}
