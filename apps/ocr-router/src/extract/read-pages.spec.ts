import { DocketError, type RecordManifest } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import type { OcrEngine } from '../engine/ocr-engine.port.js';
import type { InspectedPage } from '../pdf/inspected-pdf.js';
import { readPages } from './read-pages.js';

const manifest: RecordManifest = {
  requestId: 'r', jurisdiction: 'US', documentId: 'd', repository: 'r', version: '1', uri: 'store://a/b', digest: '', size: 1, mediaType: 'application/pdf',
};
const pages: InspectedPage[] = [
  { page: 1, text: 'typed', words: 1, needsOcr: false, reason: undefined, blank: false },
  { page: 2, text: '', words: 0, needsOcr: true, reason: 'no-text', blank: false },
  { page: 3, text: 'a stamp', words: 2, needsOcr: true, reason: 'scan', blank: false },
  { page: 4, text: '', words: 0, needsOcr: true, reason: 'no-text', blank: true },
];
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function engine(recognise: (wanted: readonly number[]) => number[]): OcrEngine & { asked: number[][] } {
  const asked: number[][] = [];
  return {
    asked,
    recognise: (_document, _type, wanted) => {
      asked.push([...wanted]);
      return Promise.resolve().then(() => recognise(wanted).map((page) => ({ page, text: `read ${page}`, words: 2, confidence: 90 })));
    },
    close: () => Promise.resolve(),
  };
}

const read = (using: OcrEngine, over: { noOcr?: boolean; lastTry?: boolean } = {}) =>
  readPages(using, { manifest: { ...manifest, noOcr: over.noOcr ?? false }, document: new Uint8Array(), pages, lastTry: over.lastTry ?? false, signal: new AbortController().signal, log });

describe('readPages', () => {
  it('asks for the pages that need it, and no others', async () => {
    const good = engine((wanted) => [...wanted]);
    expect((await read(good)).map(({ method, text }) => [method, text])).toEqual([['text-layer', 'typed'], ['ocr', 'read 2'], ['ocr', 'read 3'], ['text-layer', '']]);
    expect(good.asked).toEqual([[2, 3]]);
  });

  it('honours "no OCR"', async () => {
    const idle = engine((wanted) => [...wanted]);
    expect((await read(idle, { noOcr: true })).map(({ method }) => method)).toEqual(['text-layer', 'none', 'text-layer', 'text-layer']);
    expect(idle.asked).toEqual([]);
  });

  it('lets the stage try a failing engine again, and takes the text layer at the last try, marked as degraded', async () => {
    const down = engine(() => {
      throw new DocketError('DOCKET_OCR_UNAVAILABLE', 'down', { kind: 'retriable' });
    });
    await expect(read(down)).rejects.toMatchObject({ code: 'DOCKET_OCR_UNAVAILABLE' });
    expect((await read(down, { lastTry: true })).map(({ method, degraded }) => [method, degraded])).toEqual([
      ['text-layer', false], ['none', true], ['text-layer', true], ['text-layer', false],
    ]);
  });

  it('does not fall back where the document is at fault', async () => {
    const refuses = engine(() => {
      throw new DocketError('DOCKET_DOCUMENT_CORRUPT', 'corrupt', { kind: 'quarantine' });
    });
    await expect(read(refuses, { lastTry: true })).rejects.toMatchObject({ kind: 'quarantine' });
  });
});
