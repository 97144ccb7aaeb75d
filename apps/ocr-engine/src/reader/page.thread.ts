import { parentPort, workerData } from 'node:worker_threads';
import { openImage } from './image-pages.js';
import type { PageText, ReadAnswer, ReadCall, ReadLimits } from './messages.js';
import type { Pages } from './pages.js';
import { openPdf } from './pdf-pages.js';
import { startTesseract } from './tesseract.js';
import { Unreadable } from './unreadable.js';

/**
 * Entry of a reader thread: draws pages and recognises them, so that a hostile or huge document can only hold up, exhaust
 * or crash this thread, which its owner ends and replaces. Holds one document at a time and answers calls in order.
 */
if (!parentPort) throw new Error('this file is the entry of a worker thread');
const owner = parentPort;
const limits = workerData as ReadLimits;
const tesseract = await startTesseract();
let held: { readonly id: number; readonly pages: Pages } | undefined;

owner.on('message', (call: ReadCall) => {
  answer(call).then(send, (error: unknown) =>
    send(error instanceof Unreadable ? { fault: error.fault } : { failed: error instanceof Error ? error.name : typeof error }),
  );
});
send({ ready: true });

async function answer(call: ReadCall): Promise<ReadAnswer> {
  const pages = await pagesOf(call);
  return call.page ? { text: await read(pages, call.page.number, call.page.dpi) } : { pages: pages.count };
}

async function pagesOf({ documentId, document }: ReadCall): Promise<Pages> {
  if (held?.id === documentId) return held.pages;
  await held?.pages.close();
  held = undefined;
  if (!document) throw new Error('the document was not sent');
  const { mediaType, bytes } = document;
  held = { id: documentId, pages: mediaType === 'application/pdf' ? await openPdf(bytes, limits) : openImage(mediaType, bytes, limits) };
  return held.pages;
}

async function read(pages: Pages, page: number, dpi: number): Promise<PageText> {
  const start = performance.now();
  const text = await tesseract.recognise(await pages.image(page, dpi));
  return { page, ...text, ms: Math.round(performance.now() - start) };
}

function send(message: ReadAnswer): void {
  owner.postMessage(message);
}
