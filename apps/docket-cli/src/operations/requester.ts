import type { OperatorRequest } from '@docket/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';

export interface RequesterOptions {
  readonly as?: string;
  readonly reason?: string;
}

const PLAIN = /^[\x20-\x7e]{1,500}$/;

export function withRequester(command: Command): Command {
  return command
    .addOption(new Option('--reason <text>', 'why: kept with the command').argParser(plain))
    .addOption(new Option('--as <name>', 'who asks (default: your login name)').argParser(plain));
}

/** Who asks for something now, and why. Throws CliError (usage) where either is not known. */
export function requestOf({ as, reason }: RequesterOptions, { user, clock }: CommandContext): OperatorRequest {
  if (reason === undefined) throw new CliError(EXIT.usage, 'why? give --reason TEXT: it is kept with the command');
  const by = as ?? user();
  if (by === undefined || !PLAIN.test(by)) throw new CliError(EXIT.usage, 'who asks? the system knows no login name: give --as NAME');
  return { by, at: new Date(clock.now()).toISOString(), reason };
}

function plain(text: string): string {
  if (!PLAIN.test(text)) throw new InvalidArgumentError('Give 1 to 500 characters of plain ASCII.');
  return text;
}
