import { describe, expect, it } from 'vitest';
import { parseOcrQuery } from './ocr-query.js';

describe('parseOcrQuery', () => {
  it('defaults to all pages at 200 dpi', () => {
    expect(parseOcrQuery({}, 10)).toEqual({ pages: undefined, dpi: 200 });
  });

  it('keeps the order of pages', () => {
    expect(parseOcrQuery({ pages: '3,1', dpi: '300' }, 10)).toEqual({ pages: [3, 1], dpi: 300 });
  });

  it.each([
    { pages: '' }, { pages: '0' }, { pages: '1,' }, { pages: '1-3' }, { pages: '1,1' }, { pages: ['1', '2'] }, { pages: ' 1' },
    { pages: '1,2,3' }, { dpi: '71' }, { dpi: '601' }, { dpi: 'high' }, { dpi: '150.5' }, { dpi: '' }, { language: 'eng' },
  ])('refuses %o', (query) => {
    expect(() => parseOcrQuery(query, 2)).toThrow(expect.objectContaining({ code: 'DOCKET_OCR_QUERY', kind: 'invalid' }));
  });

  it('names every wrong parameter and no value', () => {
    expect(() => parseOcrQuery({ pages: 'secret', dpi: '9' }, 2)).toThrow('pages: page numbers from 1, separated by commas; dpi: 72 at least');
  });
});
