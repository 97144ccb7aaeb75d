/** Where a command writes: data to `out`, all else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person reads `out`: tables instead of tab-separated values. */
  readonly isTty: boolean;
  /** Whether `out` may be coloured: a terminal that can, and no NO_COLOR. */
  readonly colour: boolean;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  // A reader that ends early (`| head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTty: stdout.isTTY,
    colour: stdout.isTTY && !process.env['NO_COLOR'] && stdout.hasColors(),
  };
}
