import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 10, 2, 12);
const read = (value: string | undefined, date?: string) => retryAfterMs({ 'retry-after': value, date }, NOW);

describe('retryAfterMs', () => {
  it('reads seconds', () => {
    expect(read('0')).toBe(0);
    expect(read(' 120 ')).toBe(120_000);
    expect(read('9999999999')).toBe(32 * 86_400_000);
  });

  it.each(['Mon, 02 Nov 2026 12:00:30 GMT', 'Monday, 02-Nov-26 12:00:30 GMT', 'Mon Nov  2 12:00:30 2026'])('reads the date form %s', (date) => {
    expect(read(date)).toBe(30_000);
  });

  it('counts a date from the date of the answer', () => {
    expect(read('Mon, 02 Nov 2026 12:00:30 GMT', 'Mon, 02 Nov 2026 11:59:30 GMT')).toBe(60_000);
    expect(read('Mon, 02 Nov 2026 12:00:30 GMT', 'nonsense')).toBe(30_000);
    expect(read('Mon, 02 Nov 2026 11:00:00 GMT')).toBe(0);
  });

  it.each(['99999999999', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])('believes no more than a month: %s', (value) => {
    expect(read(value)).toBe(32 * 86_400_000);
  });

  it.each([undefined, '', '-1', '1.5', '1e3', 'soon', '2026-11-02', 'Mon, 99 Foo 2026 12:00:00 GMT'])('knows nothing of %j', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it('never gives a wait that cannot be used', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())), (value) => {
        const wait = read(value);
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});
