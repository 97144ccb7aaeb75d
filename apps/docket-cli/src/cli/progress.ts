import type { Clock } from '@docket/contracts';
import type { Terminal } from './terminal.js';

const LINE_EVERY_MS = 10_000;
const REWRITE_EVERY_MS = 200;

/** How far a long task is, on stderr: for a person one line that is written over, else a line each ten seconds. */
export class ProgressLine {
  #told: number;
  #shown = false;

  constructor(private readonly clock: Clock, private readonly terminal: Pick<Terminal, 'err' | 'errIsTty'>) {
    this.#told = clock.now();
  }

  /** Call it often: the text is made only where it is shown. */
  update(text: () => string): void {
    const { errIsTty } = this.terminal;
    const now = this.clock.now();
    if (now - this.#told < (errIsTty ? REWRITE_EVERY_MS : LINE_EVERY_MS)) return;
    this.#told = now;
    this.terminal.err(errIsTty ? `\r\u001b[K${text()}` : `${text()}\n`);
    this.#shown = errIsTty;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.terminal.err('\r\u001b[K');
    this.#shown = false;
  }
}

/** Shows how many records are read while `read` runs; it calls what it is given for each. */
export async function withProgress<T>(clock: Clock, terminal: Terminal, read: (one: () => void) => Promise<T>): Promise<T> {
  const line = new ProgressLine(clock, terminal);
  let records = 0;
  try {
    return await read(() => {
      records++;
      line.update(() => `${records} records read`);
    });
  } finally {
    line.end();
  }
}
