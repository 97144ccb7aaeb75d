import type { Worker } from 'node:worker_threads';
import { DocketError } from '@docket/contracts';
import { documentError } from './document-fault.js';
import type { PageText, ReadAnswer, ReadCall, ReadLimits } from './messages.js';
import type { PageReader, SourceDocument } from './page-reader.js';
import { startThread } from './start-thread.js';

type Settle = { readonly resolve: (answer: ReadAnswer) => void; readonly reject: (error: Error) => void };

/** A page reader in a thread of its own. */
export class ThreadReader implements PageReader {
  readonly #thread: Worker;
  #call: Settle | undefined;
  #heldId: number | undefined;
  #ended: Error | undefined;
  #failed = false;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.stdout.resume();
    thread.stderr.resume();
    thread.on('message', (answer: ReadAnswer) => this.#settle((call) => call.resolve(answer)));
    thread.on('error', (error: unknown) => this.#end(error));
    thread.on('exit', () => this.#end());
  }

  /** Resolves when the thread has loaded its engine; throws DOCKET_OCR_WORKER (retriable) where it cannot, or is stopped by the signal. */
  static async start(limits: ReadLimits, signal: AbortSignal): Promise<ThreadReader> {
    signal.throwIfAborted();
    const reader = new ThreadReader(startThread(limits));
    const stop = () => void reader.stop();
    signal.addEventListener('abort', stop, { once: true });
    await reader.#answer().finally(() => signal.removeEventListener('abort', stop));
    return reader;
  }

  get usable(): boolean {
    return !this.#ended && !this.#failed;
  }

  async countPages(document: SourceDocument): Promise<number> {
    const answer = await this.#ask(document);
    if ('pages' in answer) return answer.pages;
    throw this.#failure(answer);
  }

  async readPage(document: SourceDocument, page: number, dpi: number): Promise<PageText> {
    const answer = await this.#ask(document, { number: page, dpi });
    if ('text' in answer) return answer.text;
    throw this.#failure(answer);
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  #ask({ id, mediaType, bytes }: SourceDocument, page?: ReadCall['page']): Promise<ReadAnswer> {
    const known = this.#heldId === id;
    this.#heldId = id;
    const answer = this.#answer();
    this.#thread.postMessage({ documentId: id, ...(known ? {} : { document: { mediaType, bytes } }), ...(page && { page }) } satisfies ReadCall);
    return answer;
  }

  #answer(): Promise<ReadAnswer> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#call = { resolve, reject };
    });
  }

  #settle(how: (call: Settle) => void): void {
    const call = this.#call;
    this.#call = undefined;
    if (call) how(call);
  }

  #failure(answer: ReadAnswer): DocketError {
    this.#heldId = undefined; // the thread may not have kept what it could not read
    if ('fault' in answer) return documentError(answer.fault);
    this.#failed = true;
    return workerError('failed' in answer ? answer.failed : 'unexpected answer');
  }

  /** A thread that has ended answers no more: whoever waits must not wait for ever. */
  #end(cause?: unknown): void {
    if (this.#ended) return;
    const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const ended = outOfMemory ? documentError('too-large') : workerError(cause);
    this.#ended = ended;
    this.#settle((call) => call.reject(ended));
  }
}

function workerError(cause: unknown): DocketError {
  return new DocketError('DOCKET_OCR_WORKER', 'the OCR worker failed and is replaced: try again', { kind: 'retriable', cause });
}
