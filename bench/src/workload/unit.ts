/** Size in bytes of every unit as JSON. */
export const UNIT_BYTES = 1024;

/** Order keys among which the units are spread. */
export const SUBJECTS = 1_000;

/** The key of a unit's record. */
export function unitKey(sequence: number): string {
  return `SUB-${String(sequence % SUBJECTS).padStart(6, '0')}`;
}

/** A UUID that holds the sequence, so that an outcome can be checked without a table. */
export function unitId(sequence: number): string {
  return `d0c4e700-0000-4000-8000-${sequence.toString(16).padStart(12, '0')}`;
}

/** The unit with this number as JSON of UNIT_BYTES bytes; `scheduledAt` in milliseconds since the epoch. */
export function unitJson(sequence: number, scheduledAt: number): string {
  const unit = {
    id: unitId(sequence),
    subject: unitKey(sequence),
    sequence,
    scheduledAt,
    program: `Example program ${sequence % 17}`,
    applicant: `Example organisation ${sequence % 401}`,
    currency: ['EUR', 'GBP', 'USD'][sequence % 3],
    amountMinor: 100_000 + ((sequence * 7_919) % 9_000_000),
    submittedOn: `2026-0${1 + (sequence % 9)}-1${sequence % 10}`,
    tags: ['grant', `round-${sequence % 5}`, 'new'],
    narrative: '',
  };
  const room = UNIT_BYTES - JSON.stringify(unit).length;
  const from = sequence % SENTENCE.length;
  return JSON.stringify({ ...unit, narrative: TEXT.slice(from, from + room) });
}

const SENTENCE = 'The applicant describes what is to be done, for whom, by when, and how the outcome will be known. ';

/** ASCII: one byte a character. */
const TEXT = SENTENCE.repeat(2 * Math.ceil(UNIT_BYTES / SENTENCE.length));
