import type { Clock } from '@docket/contracts';
import { LineSplitter, type Line } from './line-splitter.js';

export interface LineInputOptions {
  readonly maxLineBytes: number;
  readonly clock: Clock;
  /** Longest wait for the next byte, and for the whole body, milliseconds. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Aborted when the service ends. */
  readonly closing: AbortSignal;
}

/** Why there are no more lines: the body ended, its sender was too slow or is gone, or the service ends. */
export type InputEnd = 'body' | 'slow' | 'gone' | 'closing';

/** The lines of a body. Reads the next bytes only when told to, so that whoever takes no lines stops the sender. */
export class LineInput {
  readonly #splitter: LineSplitter;
  readonly #endsAt: number;
  #lines: Line[] = [];
  #at = 0;
  #end: InputEnd | undefined;
  #reading: Promise<void> | undefined;
  #stopReading: ((why: InputEnd) => void) | undefined;
  /** Whether the sender may be waiting for us: then it is not idle. */
  owes: () => boolean = () => false;

  constructor(private readonly chunks: AsyncIterator<Buffer>, private readonly options: LineInputOptions) {
    this.#splitter = new LineSplitter(options.maxLineBytes);
    this.#endsAt = options.clock.now() + options.totalMs;
    options.closing.addEventListener('abort', this.#onClosing);
  }

  /** The next line that was read; undefined where read() has to be called, or all is over. */
  get next(): Line | undefined {
    return this.#lines[this.#at];
  }

  shift(): void {
    this.#at++;
  }

  get end(): InputEnd | undefined {
    return this.next === undefined ? this.#end : undefined;
  }

  /** Number of the line that has not ended. */
  get openLine(): number {
    return this.#splitter.number;
  }

  /** Reads on, once at a time; resolves when there may be lines, or the end. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  stop(): void {
    this.options.closing.removeEventListener('abort', this.#onClosing);
    this.#stopReading?.('gone');
  }

  async #read(): Promise<void> {
    const { closing } = this.options;
    if (closing.aborted) return void (this.#end = 'closing');
    let cancel = (): void => undefined;
    // A promise of its own each time: one that lives as long as the stream would remember every wait for it.
    const got = await new Promise<IteratorResult<Buffer> | InputEnd>((resolve) => {
      this.#stopReading = resolve;
      const watch = () => {
        cancel = this.#afterIdle(() => (this.owes() && !this.#isOver ? watch() : resolve('slow')));
      };
      watch();
      this.chunks.next().then(resolve, () => resolve('gone'));
    });
    cancel();
    this.#at = 0;
    this.#lines = [];
    if (typeof got === 'string') this.#end = got;
    else if (got.done) [this.#lines, this.#end] = [this.#splitter.end(), 'body'];
    else this.#lines = this.#splitter.push(got.value);
  }

  get #isOver(): boolean {
    return this.options.clock.now() >= this.#endsAt;
  }

  #afterIdle(fn: () => void): () => void {
    const { clock, idleMs } = this.options;
    return clock.schedule(Math.max(0, Math.min(idleMs, this.#endsAt - clock.now())), fn);
  }

  readonly #onClosing = (): void => {
    this.#stopReading?.('closing');
  };
}
