const NEWLINE = 0x0a;
const RETURN = 0x0d;
const MAX_PARTS = 64;

/** A line of a stream: its number from 1, and its bytes without the end; undefined where it is too long. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

/**
 * Cuts a stream of bytes into lines as they come, and never holds more than one line of `max` bytes: of a longer one it
 * says so as soon as that is known, and passes over the rest. Lines end with LF or CR LF; empty ones count and are left out.
 */
export class LineSplitter {
  #number = 1;
  #held: Buffer[] = [];
  #bytes = 0;
  #skipping = false;

  constructor(private readonly max: number) {}

  /** The lines that end within these bytes. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, at);
      this.#hold(chunk.subarray(at, newline < 0 ? chunk.length : newline), lines);
      if (newline < 0) break;
      this.#close(lines);
      at = newline + 1;
    }
    return lines;
  }

  /** The last line, where the stream ended without a newline. */
  end(): Line[] {
    const lines: Line[] = [];
    this.#close(lines);
    return lines;
  }

  /** Of the line that has not ended. */
  get number(): number {
    return this.#number;
  }

  /** Bytes held of a line that has not ended. */
  get held(): number {
    return this.#bytes;
  }

  #hold(part: Buffer, lines: Line[]): void {
    if (this.#skipping || part.length === 0) return;
    if (this.#bytes + part.length > this.max) {
      lines.push({ number: this.#number, bytes: undefined });
      this.#skipping = true;
      this.#held = [];
      this.#bytes = 0;
      return;
    }
    this.#held.push(part);
    this.#bytes += part.length;
    // Each part costs more than the byte that it may be.
    if (this.#held.length === MAX_PARTS) this.#held = [Buffer.concat(this.#held)];
  }

  #close(lines: Line[]): void {
    const [first] = this.#held;
    if (first) {
      const line = this.#held.length === 1 ? first : Buffer.concat(this.#held);
      const bytes = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
      if (!isBlank(bytes)) lines.push({ number: this.#number, bytes });
    }
    this.#number++;
    this.#held = [];
    this.#bytes = 0;
    this.#skipping = false;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === RETURN);
}
