import { digest, faultsOf, flag, isObject, listOf, mediaType, shaped, text, uri, type Shape } from './checks.js';
import { unitsOf } from './currencies.js';

const AMOUNT = /^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,6})?$/;

function decimals(amount: string): number {
  return amount.includes('.') ? amount.length - amount.indexOf('.') - 1 : 0;
}

/** Day by day, by the calendar: no library decides which dates exist. */
function isRealDate(value: unknown): boolean {
  const [, year, month, day] = (typeof value === 'string' ? /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value) : null)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

function isUei(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 12) return false;
  const allowed = /^[ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnpqrstuvwxyz0123456789]+$/.test(value);
  return allowed && !value.startsWith('0') && !/[0-9]{9}/.test(value);
}

const LINE: Shape = {
  required: { category: text(1, 100), amount: text(1, 25, AMOUNT) },
  optional: { description: text(1, 500) },
};
const BUDGET: Shape = {
  required: {
    lines: listOf(1, 1_000, shaped(LINE)),
    normalization: shaped({ required: { module: (value) => value === 'excel-budget-template-sync', version: text(5, 50, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/), digest } }),
  },
};
const ATTACHMENT: Shape = { required: { uri, digest, mediaType }, optional: { parsed: flag } };

/** What is not parsed yet is fetched, so it has to lie where a sender may have put it. */
function isAttachment(value: unknown): boolean {
  if (!isObject(value) || !shaped(ATTACHMENT)(value)) return false;
  const place = String(value['uri']);
  return value['parsed'] === true || (place.startsWith('store://') && !place.startsWith('store://records-'));
}

const GRANT: Shape = {
  required: {
    grantId: text(1, 100, /^[A-Za-z0-9][A-Za-z0-9._:-]*$/),
    applicantOrg: text(2, 300),
    funder: text(1, 100, /^[a-z0-9][a-z0-9-]*$/),
    requestedAmount: text(1, 25, AMOUNT),
    currencyCode: (value) => unitsOf(value) !== undefined,
    submissionDeadline: isRealDate,
  },
  optional: {
    applicantUei: isUei,
    budget: shaped(BUDGET),
    attachments: listOf(0, 100, isAttachment),
    form: isObject,
  },
};

/** Which properties of a grant break a rule of the design, restated as plain functions; empty where none does. A form's body is judged only as far as its EIN. */
export function grantFaults(payload: unknown): string[] {
  const faults = faultsOf(payload, GRANT);
  if (!isObject(payload)) return faults;
  const units = unitsOf(payload['currencyCode']) ?? 0;
  const amount = payload['requestedAmount'];
  if (typeof amount === 'string' && AMOUNT.test(amount) && (decimals(amount) > units || !/[1-9]/.test(amount))) faults.push('requestedAmount');
  const lines = isObject(payload['budget']) && Array.isArray(payload['budget']['lines']) ? (payload['budget']['lines'] as unknown[]) : [];
  for (const line of lines) {
    if (isObject(line) && typeof line['amount'] === 'string' && decimals(line['amount']) > units) faults.push('budget.lines.amount');
  }
  return [...faults, ...formFaults(payload['form'])];
}

function formFaults(form: unknown): string[] {
  if (!isObject(form)) return [];
  if (!isObject(form['body'])) return ['form.body'];
  const ein = form['body']['employer_taxpayer_identification_number'];
  return ein === undefined || (typeof ein === 'string' && /^[0-9]{9}$/.test(ein)) ? [] : ['form.body.ein'];
}
