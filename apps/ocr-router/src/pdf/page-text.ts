/** A line of a page, with the height of its baseline from the page's top (0) to its foot (1). */
export interface PlacedLine {
  readonly text: string;
  readonly depth: number;
}

/** Share of the page's height at top and foot where running heads and feet stand: just under an inch of a letter page. */
const MARGIN = 0.08;

/**
 * The lines of a page in reading order: as the file has them, but for running heads, which come first, and feet, which
 * come last. Stamps and markings are often written last of all; marking rules look for them at the page's edges.
 */
export function orderLines(lines: readonly PlacedLine[]): string[] {
  const byDepth = (a: PlacedLine, b: PlacedLine) => a.depth - b.depth;
  const heads = lines.filter(({ depth }) => depth < MARGIN).sort(byDepth);
  const feet = lines.filter(({ depth }) => depth > 1 - MARGIN).sort(byDepth);
  const body = lines.filter(({ depth }) => depth >= MARGIN && depth <= 1 - MARGIN);
  return [...heads, ...body, ...feet].map(({ text }) => text.trim()).filter((text) => text !== '');
}

/** White space aside. */
export function countCharacters(text: string): number {
  return text.match(/\S/gu)?.length ?? 0;
}

export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** Glyphs whose character is unknown: fonts without a mapping give the replacement character, private use, control and unassigned codes. */
export function countUnmapped(text: string): number {
  return text.match(/[\uFFFD\p{Co}\p{Cn}\p{Cs}]|(?!\s)\p{Cc}/gu)?.length ?? 0;
}
