import { failureLine } from './summary.js';
import type { Tally } from './tally.js';

const EVERY_MS = 10_000;
const CLEAR = '\r\u001b[K';

/**
 * How far a run is: on a terminal a line that is written over, elsewhere a line each ten seconds.
 * A seed that failed gets a line of its own at once.
 */
export class Progress {
  #toldAt = performance.now();
  #failures = 0;

  constructor(
    private readonly out: { readonly isTTY: boolean; write(text: string): unknown },
    private readonly seeds: number,
  ) {}

  show({ seeds, failures }: Readonly<Tally>): void {
    for (const failure of failures.slice(this.#failures)) this.out.write(`${this.out.isTTY ? CLEAR : ''}${failureLine(failure)}\n`);
    this.#failures = failures.length;
    const text = `${seeds} of ${this.seeds} seeds, ${failures.length} failed`;
    if (this.out.isTTY) this.out.write(`\r${text}`);
    else if (performance.now() - this.#toldAt >= EVERY_MS) {
      this.#toldAt = performance.now();
      this.out.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.out.isTTY) this.out.write(CLEAR);
  }
}
