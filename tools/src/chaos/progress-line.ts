const EVERY_MS = 1_000;
/** Where nobody watches, as in CI. */
const SELDOM_MS = 15_000;

/** One line on standard error that is kept up to date, and lines of what happens above it. */
export class ProgressLine {
  readonly #timer: NodeJS.Timeout;
  readonly #terminal = process.stderr.isTTY;

  constructor(private readonly text: () => string) {
    this.#timer = setInterval(() => this.#draw(), this.#terminal ? EVERY_MS : SELDOM_MS);
  }

  say(line: string): void {
    process.stderr.write(`${this.#terminal ? '\r\x1b[K' : ''}${line}\n`);
    if (this.#terminal) this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#terminal) process.stderr.write('\r\x1b[K');
  }

  #draw(): void {
    process.stderr.write(this.#terminal ? `\r\x1b[K${this.text()}` : `${this.text()}\n`);
  }
}
