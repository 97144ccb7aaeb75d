const MARK = Buffer.from('%%EOF');
/** How far from its end a file may have the mark. */
const TAIL_BYTES = 1024;

/**
 * Whether a PDF ends as it should, padding aside. pdf.js mends a file that is cut off as well as it can and does not tell
 * which pages and images it lost; such a file must not pass for a whole one.
 */
export function hasEnd(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).subarray(-TAIL_BYTES).includes(MARK);
}
