import { Worker } from 'node:worker_threads';
import type { ReadLimits } from './messages.js';

/** Heap of a reader thread in MiB; a document that needs more ends the thread, not the process. */
const HEAP_MIB = 512;

/** Specs run from source: there the thread does so too, with Node stripping the types. */
const [extension, execArgv] = import.meta.url.endsWith('.ts')
  ? ['ts', ['--import', new URL('../testing/source-imports.mjs', import.meta.url).href]]
  : ['js', []];

export function startThread(limits: ReadLimits): Worker {
  return new Worker(new URL(`./page.thread.${extension}`, import.meta.url), {
    workerData: limits,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    execArgv,
    // What the libraries print may quote the document: it is taken from them and dropped.
    stdout: true,
    stderr: true,
  });
}
