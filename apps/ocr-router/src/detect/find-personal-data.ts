export type PersonalDataType = 'ssn' | 'itin';

const SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/;
const ITIN = /(?<![\d-])9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}(?![\d-])/;
const BARE = /(?<!\d)(?!000|666|9\d\d)\d{3}(?!00)\d{2}(?!0000)\d{4}(?!\d)/g;
const CONTEXT = /\b(ssn|ss no|social security)\b/i;
const CONTEXT_CHARS = 60;

/**
 * Types of personal data that raise a document's lane. A tripwire, not a proof of absence: employer numbers
 * (NN-NNNNNNN), letterhead e-mail and telephone numbers do not raise it, and values are never returned.
 */
export function findPersonalData(text: string): PersonalDataType[] {
  const found: PersonalDataType[] = [];
  if (SSN.test(text) || hasBareNumber(text)) found.push('ssn');
  if (ITIN.test(text)) found.push('itin');
  return found;
}

/** Nine digits without dashes count only next to words that say what they are. */
function hasBareNumber(text: string): boolean {
  for (const match of text.matchAll(BARE)) {
    if (CONTEXT.test(text.slice(Math.max(0, match.index - CONTEXT_CHARS), match.index))) return true;
  }
  return false;
}
