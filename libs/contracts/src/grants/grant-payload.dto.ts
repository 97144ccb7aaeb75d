import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { SHA256_HEX } from '../canonical.js';
import { CalendarDate, Constraint, Flag, Form, isAbsent, ListOfObjects, MOST_PLACES, Optional, PlainObject, Present, Text } from '../rules/constraints.js';
import { decimalsOf, isPayable, minorUnits } from '../rules/currency.js';

const UEI = /^(?!0)(?!.*\d{9})[A-HJ-NP-Z0-9]{12}$/i;
const ENVELOPE = 'the envelope of excel-budget-template-sync: send the workbook there, not its cells here';

/** A value that may never be given: it says that raw spreadsheet data was sent. */
function RawSheet(): PropertyDecorator {
  return Constraint({ name: 'rawSheet', rule: 'SEC-ENVELOPE', expected: ENVELOPE, test: (value) => value === undefined });
}

/** Above zero, and no more decimals than the currency of the same object has. An unknown currency is its own fault. */
function AmountInCurrency(): PropertyDecorator {
  return Constraint({
    name: 'amountInCurrency', rule: 'FIN-ISO4217', expected: 'a decimal string above zero that fits the minor units of its currency',
    test: (value, owner) => {
      if (typeof value !== 'string' || isAbsent(value)) return true;
      return isPayable(value, minorUnits('currencyCode' in owner ? owner.currencyCode : undefined) ?? 6);
    },
  });
}

/** Where line amounts have more decimals than the currency of the whole, e.g. `lines[3].amount`; the first 200 places. */
function linesBeyondCurrency(value: unknown, owner: object): string[] {
  const decimals = minorUnits('currencyCode' in owner ? owner.currencyCode : undefined);
  const lines: unknown = typeof value === 'object' && value !== null && 'lines' in value ? value.lines : undefined;
  if (decimals === undefined || !Array.isArray(lines)) return [];
  return lines.flatMap((line: unknown, at) => {
    const amount: unknown = typeof line === 'object' && line !== null && 'amount' in line ? line.amount : undefined;
    return typeof amount === 'string' && (decimalsOf(amount) ?? 0) > decimals ? [`lines[${at}].amount`] : [];
  }).slice(0, MOST_PLACES);
}

function LinesFitCurrency(): PropertyDecorator {
  return Constraint({
    name: 'linesFitCurrency', rule: 'FIN-ISO4217', expected: 'line amounts with no more decimals than the currency has', places: linesBeyondCurrency,
    test: (value, owner) => linesBeyondCurrency(value, owner).length === 0,
  });
}

/** For a member of a form's body that is one and the same in all forms. */
function WhereGiven(at: string, form: RegExp, rule: 'ID-EIN' | 'ID-UEI', expected: string): PropertyDecorator {
  return Constraint({
    name: at, rule, expected, at,
    test: (body) => {
      const value: unknown = typeof body === 'object' && body !== null && Object.hasOwn(body, at) ? (body as Record<string, unknown>)[at] : undefined;
      return value === undefined || (typeof value === 'string' && form.test(value));
    },
  });
}

export class BudgetLine {
  @Present() @Text(1, 100)
  category!: string;

  @Optional() @Present() @Text(1, 500)
  description?: string;

  @Present() @Text(1, 25) @Form(/^(0|[1-9]\d{0,17})(\.\d{1,6})?$/, 'a decimal string', 'FIN-ISO4217')
  amount!: string;
}

/** Who normalised the spreadsheet, and the SHA-256 (hex) of what came out. */
export class BudgetNormalization {
  @Present() @Form(/^excel-budget-template-sync$/, 'excel-budget-template-sync', 'SEC-ENVELOPE') @Text(1, 100)
  module!: string;

  @Present() @Text(5, 50) @Form(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a semantic version')
  version!: string;

  @Present() @Text(64, 64) @Form(SHA256_HEX, 'SHA-256 in lower-case hex')
  digest!: string;
}

/** Spreadsheet data only in the normalised envelope (SEC-ENVELOPE). */
export class Budget {
  @Present() @ListOfObjects(1, 1_000) @ValidateNested({ each: true }) @Type(() => BudgetLine)
  lines!: BudgetLine[];

  @Present('SEC-ENVELOPE', ENVELOPE) @PlainObject() @ValidateNested() @Type(() => BudgetNormalization)
  normalization!: BudgetNormalization;

  @RawSheet()
  rows?: never;

  @RawSheet()
  cells?: never;

  @RawSheet()
  sheets?: never;
}

export class Attachment {
  @Present() @Text(1, 2_000) @Form(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, 'an absolute URI')
  uri!: string;

  @Present() @Text(64, 64) @Form(SHA256_HEX, 'SHA-256 in lower-case hex')
  digest!: string;

  @Present() @Text(3, 200) @Form(/^[\w.+-]+\/[\w.+-]+$/, 'a media type')
  mediaType!: string;

  @Optional() @Flag()
  parsed?: boolean;
}

/** A form body, e.g. SF-424; `schema` names what its body is to be read by. */
export class GrantForm {
  @Present() @Text(1, 100) @Form(/^[a-z0-9][a-z0-9.-]*$/, 'the name of a form schema, e.g. sf-424')
  schema!: string;

  @Present() @PlainObject()
  @WhereGiven('employer_taxpayer_identification_number', /^\d{9}$/, 'ID-EIN', 'nine digits')
  @WhereGiven('sam_uei', UEI, 'ID-UEI', 'a unique entity identifier of twelve characters')
  body!: Record<string, unknown>;
}

/** What an upstream system sends of a grant application. */
export class GrantPayload {
  @Present() @Text(1, 100) @Form(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'letters, digits, dot, dash, colon, underscore')
  grantId!: string;

  @Present() @Text(2, 300)
  applicantOrg!: string;

  @Optional() @Present() @Text(1, 50) @Form(UEI, 'a unique entity identifier of twelve characters', 'ID-UEI')
  applicantUei?: string;

  @Present() @Text(1, 100) @Form(/^[a-z0-9][a-z0-9-]*$/, 'a funder id')
  funder!: string;

  @Present() @Text(1, 25) @AmountInCurrency()
  requestedAmount!: string;

  @Present() @Text(1, 10)
  @Constraint({
    name: 'currency', rule: 'FIN-ISO4217', expected: 'an active ISO 4217 currency code',
    test: (value) => isAbsent(value) || typeof value !== 'string' || minorUnits(value) !== undefined,
  })
  currencyCode!: string;

  @Present() @Text(1, 50) @CalendarDate()
  submissionDeadline!: string;

  @Optional() @Present() @PlainObject() @LinesFitCurrency() @ValidateNested() @Type(() => Budget)
  budget?: Budget;

  @Optional() @Present() @ListOfObjects(0, 100) @ValidateNested({ each: true }) @Type(() => Attachment)
  attachments?: Attachment[];

  @Optional() @Present() @PlainObject() @ValidateNested() @Type(() => GrantForm)
  form?: GrantForm;
}
