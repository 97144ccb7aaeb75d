/** Pixels of the rows from `top`, as RGBA. */
export type ReadRows = (top: number, rows: number) => Uint8ClampedArray;

/** Rows converted at a time, so that a large page never lies in memory twice as RGBA. */
const BAND_ROWS = 256;

/**
 * An image as a binary PGM file. Tesseract works on grey values, so nothing is lost, and unlike PNG the file costs no
 * compression on one side and no decompression on the other.
 */
export function greyImage(width: number, height: number, readRows: ReadRows): Uint8Array {
  const head = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(head.length + width * height);
  file.set(head);
  for (let top = 0; top < height; top += BAND_ROWS) {
    const rows = Math.min(BAND_ROWS, height - top);
    greyRows(readRows(top, rows), file.subarray(head.length + top * width, head.length + (top + rows) * width));
  }
  return file;
}

/** ITU-R BT.601 luma in 1/256ths. */
function greyRows(rgba: Uint8ClampedArray, grey: Uint8Array): void {
  for (let from = 0, to = 0; to < grey.length; from += 4, to++) {
    grey[to] = (77 * (rgba[from] ?? 0) + 150 * (rgba[from + 1] ?? 0) + 29 * (rgba[from + 2] ?? 0)) >> 8;
  }
}
