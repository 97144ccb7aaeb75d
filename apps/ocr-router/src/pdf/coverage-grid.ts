import type { Matrix } from './matrix.js';

/** Left, bottom, right and top in user space. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

const CELLS = 64;

/**
 * Measures which share of a box images cover together, to about 2 %: overlaps count once, what lies outside does not
 * count, and an image may be turned or cut into strips.
 */
export class CoverageGrid {
  readonly #box: Box;
  readonly #covered = new Uint8Array(CELLS * CELLS);

  constructor(box: Box) {
    this.#box = box;
  }

  /** Adds the unit square under this matrix, which is how PDF places images. */
  add([a, b, c, d, e, f]: Matrix): void {
    const [x0, y0, x1, y1] = this.#box;
    const area = a * d - b * c;
    if (area === 0) return;
    const columns = cellsBetween([e, e + a, e + c, e + a + c], x0, x1);
    const rows = cellsBetween([f, f + b, f + d, f + b + d], y0, y1);
    for (let row = rows.first; row <= rows.last; row++) {
      const y = y0 + ((row + 0.5) / CELLS) * (y1 - y0) - f;
      for (let column = columns.first; column <= columns.last; column++) {
        const x = x0 + ((column + 0.5) / CELLS) * (x1 - x0) - e;
        const across = (d * x - c * y) / area;
        const up = (a * y - b * x) / area;
        if (across >= 0 && across <= 1 && up >= 0 && up <= 1) this.#covered[row * CELLS + column] = 1;
      }
    }
  }

  /** 0 to 1. */
  share(): number {
    return this.#covered.reduce((sum, cell) => sum + cell, 0) / this.#covered.length;
  }
}

function cellsBetween(corners: readonly number[], from: number, to: number): { first: number; last: number } {
  const cell = (position: number) => Math.floor(((position - from) / (to - from)) * CELLS);
  return { first: Math.max(0, cell(Math.min(...corners))), last: Math.min(CELLS - 1, cell(Math.max(...corners))) };
}
