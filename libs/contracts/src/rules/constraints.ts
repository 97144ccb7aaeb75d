import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import type { RuleId } from '../errors.js';

/**
 * Constraints with their rule. Each one answers for one fault and passes where another constraint is
 * responsible, so that a wrong value is reported once.
 */
export interface ConstraintOptions {
  readonly name: string;
  readonly rule: RuleId;
  /** What would have been right; also the message. Never built from the value. */
  readonly expected: string;
  /** Where below the property the fault lies, e.g. `employer_taxpayer_identification_number`. */
  readonly at?: string;
  /** The same where there may be several: paths below the property (`lines[3].amount`, or empty for itself), asked for when the test has failed. */
  readonly places?: (value: unknown, owner: object) => readonly string[];
  /** Source of the regular expression that a string must match. */
  readonly pattern?: string;
  readonly test: (value: unknown, owner: object) => boolean;
}

export function Constraint({ name, rule, expected, at, places, pattern, test }: ConstraintOptions): PropertyDecorator {
  return ValidateBy(
    { name, validator: { validate: (value: unknown, args?: ValidationArguments) => test(value, args?.object ?? {}), defaultMessage: () => expected } },
    { context: { rule, expected, ...(at && { at }), ...(places && { places }), ...(pattern && { pattern }) } },
  );
}

/** May be absent; where present, null included, every other constraint holds. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_owner: object, value: unknown) => value !== undefined);
}

/** Required: present, not null, not blank. */
export function Present(rule: RuleId = 'DATA-NONNULL', expected = 'a value that is not null and not blank'): PropertyDecorator {
  return Constraint({ name: 'present', rule, expected, test: (value) => !isAbsent(value) });
}

export function Text(min: number, max: number): PropertyDecorator {
  return Constraint({
    name: 'text', rule: 'SEC-STRICT', expected: `a string of ${min} to ${max} characters`,
    test: (value) => isAbsent(value) || (typeof value === 'string' && value.length >= min && value.length <= max),
  });
}

/** A string of this form. A value of another type is Text's or Present's to refuse. */
export function Form(pattern: RegExp, expected: string, rule: RuleId = 'SEC-STRICT'): PropertyDecorator {
  return Constraint({
    name: 'form', rule, expected, ...(pattern.flags === '' && { pattern: pattern.source }),
    test: (value) => isAbsent(value) || typeof value !== 'string' || pattern.test(value),
  });
}

export function WholeNumber(min: number, max: number): PropertyDecorator {
  return Constraint({
    name: 'wholeNumber', rule: 'SEC-STRICT', expected: `a whole number from ${min} to ${max}`,
    test: (value) => isAbsent(value) || (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max),
  });
}

export function Flag(): PropertyDecorator {
  return Constraint({ name: 'flag', rule: 'SEC-STRICT', expected: 'true or false', test: (value) => typeof value === 'boolean' });
}

export function PlainObject(): PropertyDecorator {
  return Constraint({
    name: 'plainObject', rule: 'SEC-STRICT', expected: 'an object',
    test: (value) => isAbsent(value) || (typeof value === 'object' && !Array.isArray(value)),
  });
}

/** More places of one fault than these are not told. */
export const MOST_PLACES = 200;

export function ListOfObjects(min: number, max: number): PropertyDecorator {
  const fits = (value: unknown): value is unknown[] => Array.isArray(value) && value.length >= min && value.length <= max;
  return Constraint({
    name: 'listOfObjects', rule: 'SEC-STRICT', expected: `a list of ${min} to ${max} objects`,
    places: (value) => (fits(value) ? value.flatMap((item, at) => (isPlainObject(item) ? [] : [`[${at}]`])).slice(0, MOST_PLACES) : ['']),
    test: (value) => isAbsent(value) || (fits(value) && value.every(isPlainObject)),
  });
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A calendar date that exists, as YYYY-MM-DD. */
export function CalendarDate(): PropertyDecorator {
  return Constraint({
    name: 'calendarDate', rule: 'DATE-ISO8601', expected: 'a date that exists, as YYYY-MM-DD',
    test: (value) => isAbsent(value) || typeof value !== 'string' || isCalendarDate(value),
  });
}

export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
