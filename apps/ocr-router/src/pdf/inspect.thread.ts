import { parentPort, workerData } from 'node:worker_threads';
import { getDocument, VerbosityLevel, type PDFDocumentProxy, type PDFPageProxy } from 'unpdf/pdfjs';
import { readAnnotations } from './annotation-text.js';
import type { InspectedPage, InspectionAnswer, InspectionTask } from './inspected-pdf.js';
import { imagesMatter, whyOcr } from './ocr-need.js';
import { countCharacters, countUnmapped, countWords, orderLines } from './page-text.js';
import { inspectPainting } from './painting.js';
import { boxOf, readTextLayer } from './text-layer.js';

/** Entry of the thread that inspects one PDF and ends. */
const { bytes, maxPages } = workerData as InspectionTask;
parentPort?.postMessage(await inspect());

async function inspect(): Promise<InspectionAnswer> {
  const task = getDocument({ data: bytes, verbosity: VerbosityLevel.ERRORS, disableFontFace: true, useSystemFonts: false });
  try {
    const pdf = await task.promise;
    return pdf.numPages > maxPages ? { fault: 'too-many-pages' } : { pdf: { pages: await inspectPages(pdf) } };
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return { fault: name === 'PasswordException' ? 'encrypted' : 'corrupt', cause: name };
  }
}

async function inspectPages(pdf: PDFDocumentProxy): Promise<InspectedPage[]> {
  const pages: InspectedPage[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    pages.push(await inspectPage(page));
    page.cleanup();
  }
  return pages;
}

async function inspectPage(page: PDFPageProxy): Promise<InspectedPage> {
  const layer = await readTextLayer(page);
  const layerText = layer.lines.map(({ text }) => text).join('\n');
  const facts = { characters: countCharacters(layerText), unmapped: countUnmapped(layerText), textShare: layer.share };
  const { imageShare, blank } = imagesMatter(facts)
    ? inspectPainting(await page.getOperatorList(), boxOf(page))
    : { imageShare: 0, blank: false };
  const reason = whyOcr({ ...facts, imageShare });
  const text = orderLines([...layer.lines, ...(await readAnnotations(page))]).join('\n');
  return { page: page.pageNumber, text, words: countWords(text), needsOcr: reason !== undefined, reason, blank };
}
