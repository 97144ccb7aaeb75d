import type { Tally } from './tally.js';

/** A line that is written over, on a terminal only. */
export class Progress {
  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly seeds: number,
  ) {}

  show({ seeds, failures }: Readonly<Tally>): void {
    if (this.out.isTTY) this.out.write(`\r${seeds} of ${this.seeds} seeds, ${failures.length} failed`);
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\u001b[K');
  }
}
