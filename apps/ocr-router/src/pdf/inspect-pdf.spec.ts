import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspectPdf } from './inspect-pdf.js';
import type { InspectedPage } from './inspected-pdf.js';

const signal = new AbortController().signal;
const sample = (name: string) => readFileSync(new URL(`../../../../samples/documents/${name}.pdf`, import.meta.url));
const inspect = async (bytes: Uint8Array) => (await inspectPdf(bytes, { maxPages: 10, signal })).pages;
const needs = (pages: readonly InspectedPage[]) => pages.map(({ needsOcr, reason }) => [needsOcr, reason]);

interface PageSource {
  readonly content: string;
  /** More entries of the page dictionary. */
  readonly entries?: string;
}

const HELVETICA = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
/** Character codes are glyph numbers, and nothing says which characters these are. */
const UNMAPPED =
  '<</Type/Font/Subtype/Type0/BaseFont/Example/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Example' +
  '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/Example/Flags 4>>>>]>>';
const PIXEL = stream('/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8', '\x7f');
const MASK = stream('/Type/XObject/Subtype/Image/ImageMask true/Width 8/Height 1/BitsPerComponent 1', '\x55');

function stream(entries: string, data: string): string {
  return `<<${entries}/Length ${data.length}>>stream\n${data}\nendstream`;
}

function pdfFile(objects: readonly string[]): Buffer {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}${trailer}`, 'latin1');
}

/** A PDF of these pages, 600 x 800 points, with fonts F and U, the images I and M and the form X, which paints I in a quarter of its area. */
function pdfOf(...pages: readonly PageSource[]): Buffer {
  const form = stream('/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Matrix[0.5 0 0 0.5 0 0]/Resources<</XObject<</I 6 0 R>>>>/Group<</S/Transparency>>', '/I Do');
  const kids = pages.map((_, index) => `${9 + 2 * index} 0 R`).join(' ');
  return pdfFile([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
    '<</Font<</F 4 0 R/U 5 0 R>>/XObject<</I 6 0 R/M 7 0 R/X 8 0 R>>>>',
    HELVETICA, UNMAPPED, PIXEL, MASK, form,
    ...pages.flatMap(({ content, entries = '' }, index) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources 3 0 R/Contents ${10 + 2 * index} 0 R${entries}>>`,
      stream('', content),
    ]),
  ]);
}

/** A page that paints a form that paints the next form ten times over, and so on: a thousand million operators. */
function endlessPdf(): Buffer {
  const forms = Array.from({ length: 9 }, (_, depth) => {
    const next = `/Resources<</XObject<</X ${6 + depth} 0 R>>>>`;
    return stream(`/Type/XObject/Subtype/Form/BBox[0 0 9 9]${depth < 8 ? next : ''}`, depth < 8 ? '/X Do '.repeat(10) : '0 0 1 1 re f');
  });
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>';
  return pdfFile(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>', page, stream('', '/X Do'), ...forms]);
}

const textAt = (x: number, y: number, text: string) => `BT /F 10 Tf ${x} ${y} Td (${text}) Tj ET\n`;
const sentence = 'The records were released in full after review by the office.';
const fullText = Array.from({ length: 50 }, (_, line) => textAt(60, 720 - 13 * line, `${sentence} ${sentence.slice(0, 30)}`)).join('');
const stamp = textAt(420, 780, 'RELEASED IN PART 000123');
const imageOf = (width: number, height: number, name = 'I') => `q ${width} 0 0 ${height} 0 0 cm /${name} Do Q\n`;

describe('inspectPdf', { timeout: 30_000 }, () => {
  it('tells scanned pages from pages with a text layer', async () => {
    expect(needs(await inspect(sample('text-layer')))).toEqual([[false, undefined], [false, undefined]]);
    expect(needs(await inspect(sample('scan-two-pages')))).toEqual([[true, 'no-text'], [true, 'no-text']]);
    expect(needs(await inspect(sample('scan-bilevel')))).toEqual([[true, 'no-text']]);
    const mixed = await inspect(sample('mixed'));
    expect(needs(mixed)).toEqual([[false, undefined], [true, 'no-text']]);
    expect(mixed).toMatchObject([{ page: 1, blank: false }, { page: 2, text: '', words: 0, blank: false }]);
    expect(mixed[0]?.text).toContain('This advisory circular provides guidance');
    expect(mixed[0]?.words).toBeGreaterThan(300);
  });

  it('has banners as the first and last lines of each page', async () => {
    for (const { text } of await inspect(sample('banner-secret'))) {
      expect(text.split('\n')[0]).toBe('SECRET//NOFORN');
      expect(text.split('\n').slice(-4)).toContain('SECRET//NOFORN');
    }
  });

  it.each([
    ['DOCKET_DOCUMENT_ENCRYPTED', sample('encrypted')],
    ['DOCKET_DOCUMENT_CORRUPT', sample('corrupt')],
    ['DOCKET_DOCUMENT_CORRUPT', Buffer.from('no PDF at all %%EOF')],
    ['DOCKET_DOCUMENT_CORRUPT', Buffer.alloc(0)],
    ['DOCKET_DOCUMENT_CORRUPT', pdfOf({ content: fullText }).subarray(0, -10)],
  ])('quarantines as %s', async (code, bytes) => {
    await expect(inspect(bytes)).rejects.toMatchObject({ code, kind: 'quarantine' });
  });

  it('quarantines a document of too many pages', async () => {
    const bytes = pdfOf({ content: fullText }, { content: fullText });
    await expect(inspectPdf(bytes, { maxPages: 1, signal })).rejects.toMatchObject({ code: 'DOCKET_DOCUMENT_TOO_LARGE', kind: 'quarantine' });
    expect((await inspectPdf(bytes, { maxPages: 2, signal })).pages).toHaveLength(2);
  });

  it('sees a scan through a stamp, however its image is placed', async () => {
    const strips = Array.from({ length: 20 }, (_, strip) => `q 600 0 0 40 0 ${40 * strip} cm /I Do Q\n`).join('');
    const pages = await inspect(
      pdfOf(
        { content: imageOf(600, 800) + stamp },
        { content: imageOf(600, 650, 'M') + stamp },
        { content: strips + stamp },
        { content: `q 1200 0 0 1600 0 0 cm /X Do Q\n${stamp}` },
        { content: `q 0 800 -600 0 600 0 cm /I Do Q\n${stamp}`, entries: '/Rotate 90' },
        { content: `q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q\n${stamp}` },
      ),
    );
    expect(needs(pages)).toEqual(pages.map(() => [true, 'scan']));
    expect(pages[0]?.text).toBe('RELEASED IN PART 000123');
  });

  it('takes no picture for a scan', async () => {
    const pages = await inspect(
      pdfOf(
        { content: imageOf(600, 800) + fullText },
        { content: imageOf(600, 600) + stamp },
        { content: `q 600 0 0 800 0 0 cm /X Do Q\n${stamp}` },
        { content: `q 600 0 0 800 300 400 cm /I Do Q\n${stamp}` },
      ),
    );
    expect(needs(pages)).toEqual(pages.map(() => [false, undefined]));
  });

  it('needs OCR where glyphs stand for unknown characters', async () => {
    const glyphs = (count: number) => `BT /U 10 Tf 60 700 Td <${'0003'.repeat(count)}> Tj ET\n`;
    const pages = await inspect(pdfOf({ content: glyphs(11) + fullText }, { content: glyphs(10) + fullText }));
    expect(needs(pages)).toEqual([[true, 'unmapped-glyphs'], [false, undefined]]);
  });

  it('counts characters, not white space, and tells blank pages from pages without text', async () => {
    const contents = [textAt(60, 700, '12345 6789'), textAt(60, 700, '1234567890'), '', '0 0 600 800 re W n', textAt(60, 700, ' '), '10 10 100 100 re f', imageOf(9, 9)];
    const pages = await inspect(pdfOf(...contents.map((content) => ({ content }))));
    expect(pages.map(({ reason }) => reason)).toEqual(['no-text', undefined, 'no-text', 'no-text', 'no-text', 'no-text', 'no-text']);
    expect(pages.map(({ blank }) => blank)).toEqual([false, false, true, true, true, false, false]);
  });

  it('puts stamps at the edges of a page first and last, turned pages included', async () => {
    const edges = fullText + textAt(250, 10, 'FOOT') + textAt(250, 785, 'HEAD');
    const turned = (text: string, x: number) => `BT /F 10 Tf 0 1 -1 0 ${x} 100 Tm (${text}) Tj ET\n`;
    const [upright, sideways] = await inspect(
      pdfOf({ content: edges }, { content: turned('FOOT', 590) + turned(sentence, 300) + turned('HEAD', 20), entries: '/Rotate 90' }),
    );
    const lines = upright?.text.split('\n') ?? [];
    expect([lines[0], lines.at(-1), lines.length]).toEqual(['HEAD', 'FOOT', 52]);
    expect(sideways?.text.split('\n')).toEqual(['HEAD', sentence, 'FOOT']);
  });

  it('reads form fields and notes, which the page content lacks', async () => {
    const widget = '<</Type/Annot/Subtype/Widget/FT/Tx/T(ssn)/V(219-09-9999)/Rect[60 500 200 520]>>';
    const check = '<</Type/Annot/Subtype/Widget/FT/Btn/T(box)/V/Yes/AS/Yes/Rect[60 470 80 490]>>';
    const note = '<</Type/Annot/Subtype/Text/Contents(Ask the applicant)/Rect[60 400 80 420]>>';
    const [page] = await inspect(pdfOf({ content: fullText + textAt(250, 10, 'FOOT'), entries: `/Annots[${widget} ${check} ${note}]` }));
    expect(page?.text.split('\n').slice(-3)).toEqual(['219-09-9999', 'Ask the applicant', 'FOOT']);
  });

  it('ends with the signal, although the document would keep it busy for hours', async () => {
    const stopped = AbortSignal.timeout(1_000);
    await expect(inspectPdf(endlessPdf(), { maxPages: 10, signal: stopped })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(inspectPdf(endlessPdf(), { maxPages: 10, signal: stopped })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
