import { Worker } from 'node:worker_threads';
import { DocketError } from '@docket/contracts';
import { hasEnd } from './end-of-file.js';
import type { InspectedPdf, InspectionAnswer, InspectionTask, PdfFault } from './inspected-pdf.js';

export interface InspectionOptions {
  readonly maxPages: number;
  readonly signal: AbortSignal;
}

/** Heap of the thread in MiB; a document that needs more ends the thread, not the process. */
const HEAP_MIB = 192;

/** Specs run from source: there the thread does so too, with Node stripping the types. */
const [extension, execArgv] = import.meta.url.endsWith('.ts')
  ? ['ts', ['--import', new URL('./source-imports.mjs', import.meta.url).href]]
  : ['js', []];

/**
 * Reads the text layer of a PDF page by page and tells which pages need OCR. Runs in a thread of its own, which ends with
 * the signal: no document can hold up or exhaust the process. `bytes` are left as they are.
 *
 * Throws (quarantine) DOCKET_DOCUMENT_ENCRYPTED, DOCKET_DOCUMENT_CORRUPT and, beyond the page limit or the thread's
 * memory, DOCKET_DOCUMENT_TOO_LARGE; DOCKET_PDF_READER (retriable) where the thread itself fails; the signal's reason.
 */
export async function inspectPdf(bytes: Uint8Array, { maxPages, signal }: InspectionOptions): Promise<InspectedPdf> {
  signal.throwIfAborted();
  if (!hasEnd(bytes)) throw documentError('corrupt');
  const thread = new Worker(new URL(`./inspect.thread.${extension}`, import.meta.url), {
    workerData: { bytes, maxPages } satisfies InspectionTask,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    execArgv,
    // What the library prints may quote the document: it is taken from it and dropped.
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  const { promise, resolve, reject } = Promise.withResolvers<InspectionAnswer>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  thread.once('message', resolve);
  thread.once('error', (cause: unknown) => reject(threadError(cause)));
  thread.once('exit', () => reject(threadError(undefined)));
  try {
    const answer = await promise;
    if ('fault' in answer) throw documentError(answer.fault, answer.cause);
    return answer.pdf;
  } finally {
    signal.removeEventListener('abort', abort);
    void thread.terminate();
  }
}

function documentError(fault: PdfFault, cause?: unknown): DocketError {
  switch (fault) {
    case 'encrypted':
      return new DocketError('DOCKET_DOCUMENT_ENCRYPTED', 'the PDF opens only with a password', { kind: 'quarantine', cause });
    case 'corrupt':
      return new DocketError('DOCKET_DOCUMENT_CORRUPT', 'the PDF is damaged or incomplete', { kind: 'quarantine', cause });
    case 'too-many-pages':
      return new DocketError('DOCKET_DOCUMENT_TOO_LARGE', 'the PDF has more pages than allowed', { kind: 'quarantine', cause });
  }
}

function threadError(cause: unknown): DocketError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new DocketError('DOCKET_DOCUMENT_TOO_LARGE', 'reading the PDF takes too much memory', { kind: 'quarantine', cause });
  }
  return new DocketError('DOCKET_PDF_READER', 'the PDF reader failed: try again', { kind: 'retriable', cause });
}
