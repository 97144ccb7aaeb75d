/** Exit codes of `docket`, the same for every command. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  /** Done for some, not for all; or stopped on the way. */
  partly: 6,
  checkFailed: 7,
  unreachable: 8,
  /** A person left the view by Ctrl-C; what it showed goes on. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command: the message says what to do. */
export class CliError extends Error {
  constructor(readonly exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
  }
}
