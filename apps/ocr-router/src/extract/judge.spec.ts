import { describe, expect, it } from 'vitest';
import { judge } from './judge.js';
import { meanConfidence, type PageText } from './page-text.js';

const page = (over: Partial<PageText> = {}): PageText => ({ page: 1, method: 'ocr', text: 'Some text.', words: 2, confidence: 95, degraded: false, ...over });

/** Lane first, quality second: what belongs elsewhere goes there, what cannot be trusted goes to a person. */
describe('judge', () => {
  it('passes good pages', () => {
    expect(judge([page(), page({ page: 2, method: 'text-layer' })], 'standard', 80)).toEqual({ kind: 'pass', degraded: false, findings: [] });
  });

  it('raises personal data to the pii lane, and reports type and page there, never the value', () => {
    const found = page({ page: 3, text: 'SSN 219-09-9999' });
    expect(judge([page(), found], 'standard', 80)).toEqual({ kind: 'raise', lane: 'pii' });
    expect(judge([page(), found], 'pii', 80)).toEqual({ kind: 'pass', degraded: false, findings: [{ type: 'ssn', page: 3 }] });
  });

  it('raises by banner before it looks at quality', () => {
    expect(judge([page({ text: 'SECRET//NOFORN', confidence: 10 }), page({ method: 'none', text: '', words: 0 })], 'standard', 80)).toEqual({ kind: 'raise', lane: 'classified' });
  });

  it('never lowers a lane', () => {
    expect(judge([page({ text: 'UNCLASSIFIED' })], 'classified', 80)).toMatchObject({ kind: 'pass' });
  });

  it('does not call a page without text, or a poor reading, a success', () => {
    expect(judge([page(), page({ page: 2, method: 'none', text: '', words: 0 })], 'standard', 80)).toMatchObject({ kind: 'review', code: 'DOCKET_PAGES_UNREAD' });
    expect(judge([page({ confidence: 79 })], 'standard', 80)).toMatchObject({ kind: 'review', code: 'DOCKET_LOW_CONFIDENCE' });
  });

  it('says when the text layer had to do', () => {
    expect(judge([page({ method: 'text-layer', degraded: true })], 'standard', 80)).toMatchObject({ kind: 'pass', degraded: true });
  });
});

it('weights mean confidence by words and leaves out what was not read by OCR', () => {
  const { confidence: _none, ...layer } = page({ method: 'text-layer', words: 1000 });
  expect(meanConfidence([page({ words: 30, confidence: 90 }), page({ words: 10, confidence: 50 }), layer])).toBe(80);
  expect(meanConfidence([layer])).toBeUndefined();
});
