import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ProcessLogOptions {
  /** Without a file only the last lines are kept, in memory. */
  readonly file?: string;
  /** Size at which the file becomes `<file>.1` and a new one begins; default 16 MiB. */
  readonly maxBytes?: number;
  /** Number of last lines kept in memory; default 60. */
  readonly tailLines?: number;
}

/** Longer lines are cut in memory (not in the file). */
const MAX_TAIL_LINE = 2_000;

/**
 * The output of a process, across its restarts: a bounded file and the last lines. On opening, the file of an
 * earlier run is kept as `<file>.1`, so that at most two files stay. Writes are synchronous: what a process
 * said before it died is in the file.
 */
export class ProcessLog {
  readonly #file: string | undefined;
  readonly #maxBytes: number;
  readonly #tailLines: number;
  readonly #tail: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(options: ProcessLogOptions = {}) {
    this.#file = options.file;
    this.#maxBytes = options.maxBytes ?? 16 * 1024 * 1024;
    this.#tailLines = options.tailLines ?? 60;
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    this.#begin(this.#file);
  }

  /** Adds one line, given without its line break. */
  write(line: string): void {
    this.#tail.push(line.slice(0, MAX_TAIL_LINE));
    if (this.#tail.length > this.#tailLines) this.#tail.shift();
    if (this.#file !== undefined && this.#descriptor !== undefined) {
      this.#bytes += writeSync(this.#descriptor, `${line}\n`);
      if (this.#bytes >= this.#maxBytes) this.#begin(this.#file);
    }
    for (const listener of this.#listeners) listener(line);
  }

  /** The last lines, oldest first. */
  tail(count = this.#tailLines): readonly string[] {
    return this.#tail.slice(-count);
  }

  /** Calls `listener` for each line to come; the returned function ends that. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #begin(file: string): void {
    this.close();
    if (existsSync(file)) renameSync(file, `${file}.1`);
    this.#descriptor = openSync(file, 'w');
    this.#bytes = 0;
  }
}
