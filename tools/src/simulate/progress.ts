import type { Tally } from './tally.js';

const EVERY_MS = 10_000;

/** How far a run is: on a terminal a line that is written over, elsewhere a line each ten seconds. */
export class Progress {
  #toldAt = performance.now();

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly seeds: number,
  ) {}

  show({ seeds, failures }: Readonly<Tally>): void {
    const text = `${seeds} of ${this.seeds} seeds, ${failures.length} failed`;
    if (this.out.isTTY) this.out.write(`\r${text}`);
    else if (performance.now() - this.#toldAt >= EVERY_MS) {
      this.#toldAt = performance.now();
      this.out.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\u001b[K');
  }
}
