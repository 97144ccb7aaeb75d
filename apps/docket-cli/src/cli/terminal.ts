import { createInterface } from 'node:readline/promises';

/** Where a command writes: data to `out`, all else to `err`. */
export interface Terminal {
  out(data: string | Uint8Array): void;
  err(text: string): void;
  /** Whether a person reads `out`: tables instead of tab-separated values. */
  readonly isTty: boolean;
  /** Whether `out` may be coloured: a terminal that can, and no NO_COLOR. */
  readonly colour: boolean;
  /** Whether a person reads `err`: progress is one line that is written over. */
  readonly errIsTty: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  /** One line from the person, without its end; empty where there is none. */
  ask(question: string): Promise<string>;
  /** Calls `fn` at Ctrl-C instead of ending the process, until the returned function is called. */
  onInterrupt(fn: () => void): () => void;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // A reader that ends early (`| head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  return {
    out: (data) => void stdout.write(data),
    err: (text) => void stderr.write(text),
    isTty: stdout.isTTY,
    colour: stdout.isTTY && !process.env['NO_COLOR'] && stdout.hasColors(),
    errIsTty: stderr.isTTY,
    canAsk: stdin.isTTY && stderr.isTTY,
    ask: (question) => askPerson(question),
    onInterrupt: (fn) => {
      process.on('SIGINT', fn);
      return () => void process.off('SIGINT', fn);
    },
  };
}

async function askPerson(question: string): Promise<string> {
  // On stderr: stdout is data.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it: no answer, and the cursor still behind the question.
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    const answer = await Promise.race([lines.question(question), closed]);
    if (answer === undefined) process.stderr.write('\n');
    return answer ?? '';
  } finally {
    lines.close();
  }
}
