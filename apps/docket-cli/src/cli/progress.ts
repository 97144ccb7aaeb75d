import type { Clock } from '@docket/contracts';
import type { Terminal } from './terminal.js';

const EVERY_MS = 10_000;

/** Tells every ten seconds how far a long read is. Call the function it returns often; `done` is what there is by then. */
export function progress(clock: Clock, terminal: Terminal, what: string): (done: number) => void {
  let told = clock.now();
  return (done) => {
    const now = clock.now();
    if (now - told < EVERY_MS) return;
    told = now;
    terminal.err(`${done} ${what} read\n`);
  };
}
