const WORD_LEVEL = '5';
const LEVEL_COLUMN = 0;
const CONFIDENCE_COLUMN = 10;
const TEXT_COLUMN = 11;

/** Word count and mean word confidence (0 to 100) of Tesseract's TSV output. Blank words, which it gives for rules and specks, do not count. */
export function readWords(tsv: string): { words: number; confidence: number } {
  let words = 0;
  let sum = 0;
  for (const line of tsv.split('\n')) {
    const columns = line.split('\t');
    if (columns[LEVEL_COLUMN] !== WORD_LEVEL || !columns[TEXT_COLUMN]?.trim()) continue;
    words += 1;
    sum += Number(columns[CONFIDENCE_COLUMN]);
  }
  return { words, confidence: words === 0 ? 0 : Math.round((sum / words) * 100) / 100 };
}
