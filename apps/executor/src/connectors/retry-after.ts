/** Longest wait that is believed: no quota lasts longer than a month. */
const MAX_MS = 32 * 86_400_000;

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d/;

type Header = string | string[] | undefined;

/**
 * Milliseconds that a Retry-After header asks to wait: seconds, or any of the three HTTP date forms (RFC 9110, 5.6.7
 * and 10.2.3). A date counts from the answer's own Date where it has one, so that a skewed clock does no harm.
 * Undefined where there is no header or it cannot be read.
 */
export function retryAfterMs(headers: Readonly<Record<string, Header>>, now: number): number | undefined {
  const value = single(headers['retry-after'])?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, MAX_MS);
  const due = httpDate(value);
  if (due === undefined) return undefined;
  const from = httpDate(single(headers['date']) ?? '') ?? now;
  return Math.min(Math.max(0, due - from), MAX_MS);
}

function httpDate(text: string): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  // The asctime form names no zone; it is GMT all the same.
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

function single(header: Header): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
