import { describe, expect, it } from 'vitest';
import { findBanner } from './find-banner.js';
import { findPersonalData } from './find-personal-data.js';

const page = (first: string, body = 'Some text of a circular.\n'.repeat(12), last = first) => `${first}\n${body}${last}`;

/** Banners are whole upper-case lines at the edge of a page; scans garble them, prose does not look like them. */
describe('findBanner', () => {
  it.each([
    ['SECRET//NOFORN', 'classified'],
    ['TOP SECRET//SCI//REL TO USA, GBR', 'classified'],
    ['CONFIDENTIAL//NOFORN', 'classified'],
    ['SECRET', 'classified'],
    ['SECRFT//NOFORN', 'classified'],
    ['SECRET / / NOFORN', 'classified'],
    ['SECRET||NOFORN', 'classified'],
    ['CUI', 'pii'],
    ['CUI//SP-PRVCY', 'pii'],
    ['UNCLASSIFIED//FOUO', 'pii'],
  ])('reads %s', (line, lane) => {
    expect(findBanner(page(line))).toEqual({ lane });
  });

  it.each(['UNCLASSIFIED', 'Secret', 'SECRETARY OF TRANSPORTATION', 'THE SECRET OF GOOD LANDINGS', 'ADVISORY CIRCULAR', ''])('passes over %j', (line) => {
    expect(findBanner(page(line))).toBeUndefined();
  });

  it('passes over a banner line in the middle of a page', () => {
    expect(findBanner(page('ADVISORY CIRCULAR', `${'Text.\n'.repeat(10)}SECRET//NOFORN\n${'Text.\n'.repeat(10)}`))).toBeUndefined();
  });

  it('asks a person about a bare CONFIDENTIAL, unless portion marks or a classification block say what it is', () => {
    expect(findBanner(page('CONFIDENTIAL'))).toEqual({ review: true });
    expect(findBanner(page('CONFIDENTIAL', '(C) The first paragraph.\n'.repeat(12)))).toEqual({ lane: 'classified' });
    expect(findBanner(page('CONFIDENTIAL', `${'Text.\n'.repeat(12)}Derived from: Example guide\n`))).toEqual({ lane: 'classified' });
  });

  it('is linear in the length of a line', () => {
    const started = performance.now();
    findBanner(`${'A/'.repeat(50_000)}\n${'SECRET '.repeat(50_000)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('findPersonalData', () => {
  it.each([
    ['SSN: 219-09-9999', ['ssn']],
    ['Social Security No 219099999', ['ssn']],
    ['ITIN 912-70-1234', ['itin']],
    ['EIN 12-3456789', []],
    ['Telephone 202-555-0123, example@example.gov', []],
    ['Part number 219099999', []],
    ['000-12-3456 666-12-3456 123-00-4567 123-45-0000', []],
    ['1219-09-9999 219-09-99990', []],
  ])('finds in %j %j', (text, expected) => {
    expect(findPersonalData(text)).toEqual(expected);
  });
});
