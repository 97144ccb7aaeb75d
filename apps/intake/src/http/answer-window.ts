import type { Line } from './line-splitter.js';

/** What may be under way of one stream. */
const MAX_LINES = 512;
const MAX_BYTES = 1024 * 1024;

interface Pending {
  readonly bytes: number;
  readonly done: Promise<void>;
  result: string | undefined;
}

/** Work on lines that is under way or done and not taken yet, in the order of the lines: bounded by count and bytes. */
export class AnswerWindow {
  #pending: Pending[] = [];
  #bytes = 0;

  /** @param answer does the work of a line; resolves with its result and never rejects */
  constructor(private readonly answer: (line: Line) => Promise<object>) {}

  get empty(): boolean {
    return this.#pending.length === 0;
  }

  hasRoom(line: Line): boolean {
    return this.empty || (this.#pending.length < MAX_LINES && this.#bytes + sizeOf(line) <= MAX_BYTES);
  }

  start(line: Line): void {
    const entry: Pending = {
      bytes: sizeOf(line),
      result: undefined,
      done: this.answer(line).then((result) => void (entry.result = `${JSON.stringify(result)}\n`)),
    };
    this.#bytes += entry.bytes;
    this.#pending.push(entry);
  }

  /** The results that are there, up to the first that is not. */
  take(): string {
    let text = '';
    let taken = 0;
    for (const { result, bytes } of this.#pending) {
      if (result === undefined) break;
      text += result;
      this.#bytes -= bytes;
      taken++;
    }
    if (taken > 0) this.#pending = this.#pending.slice(taken);
    return text;
  }

  /** Resolves when there is something to take. */
  get ready(): Promise<void> | undefined {
    return this.#pending[0]?.done;
  }
}

function sizeOf(line: Line): number {
  return line.bytes?.length ?? 0;
}
