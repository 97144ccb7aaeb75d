import { userInfo } from 'node:os';
import { systemClock, type Clock } from '@docket/contracts';
import { Command } from 'commander';
import { addAuditCommand } from '../audit/audit.command.js';
import { addDlqCommand } from '../dead-letters/dlq.command.js';
import { addParkedCommand } from '../dead-letters/parked.command.js';
import { addGroupsCommand } from '../groups/groups.command.js';
import { addKeysCommand } from '../keys/keys.command.js';
import { addOpsCommand } from '../operations/ops.command.js';
import { addStageCommand } from '../stages/stage.command.js';
import { addTopicsCommand } from '../topics/topics.command.js';
import { classifyError } from './classify-error.js';
import { openCluster } from './cluster.js';
import type { CommandContext } from './command-context.js';
import { EXIT, type ExitCode } from './exit.js';
import { examples } from './options.js';
import type { Terminal } from './terminal.js';

export interface RunOptions {
  readonly terminal: Terminal;
  readonly version: string;
  /** Default: Kafka. */
  readonly open?: CommandContext['open'];
  readonly clock?: Clock;
  /** Default: the user that the system knows. */
  readonly user?: CommandContext['user'];
}

/** Runs one command; resolves with its exit code, and never throws. */
export async function run(args: readonly string[], options: RunOptions): Promise<ExitCode> {
  const { terminal, version, open = openCluster, clock = systemClock, user = systemUser } = options;
  let code: ExitCode = EXIT.ok;
  const context: CommandContext = { terminal, clock, user, open, done: (given) => (code = given) };
  // Set before the commands are added: they inherit it.
  const program = new Command('docket')
    .description("Docket's command line for operators")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError('(--help shows how)')
    .addHelpText('after', [
      '',
      'Data goes to stdout, all else to stderr. A terminal gets a table, a pipe tab-separated values, --json JSON.',
      'Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 6 partly,',
      '7 check failed, 8 brokers unreachable, 130 view left by Ctrl-C.',
      examples('export KAFKA_BROKERS=kafka:9092', 'docket topics apply', 'docket groups', 'docket dlq causes', 'docket audit check --json'),
    ].join('\n'));
  addTopicsCommand(program, context);
  addGroupsCommand(program, context);
  addDlqCommand(program, context);
  addParkedCommand(program, context);
  addOpsCommand(program, context);
  addStageCommand(program, context);
  addAuditCommand(program, context);
  addKeysCommand(program, context);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { exitCode, message } = classifyError(error);
    if (message !== undefined) terminal.err(`docket: ${message}\n`);
    return exitCode;
  }
  return code;
}

function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return undefined;
  }
}
