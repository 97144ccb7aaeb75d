import { isDocketError } from '@docket/contracts';
import { CommanderError } from 'commander';
import { CliError, EXIT, type ExitCode } from './exit.js';

export interface Classified {
  readonly exitCode: ExitCode;
  /** For stderr; undefined where it was told already. */
  readonly message?: string;
}

const AWAY = /^KafkaJS(ConnectionError|ConnectionClosedError|BrokerNotFound|RequestTimeoutError|NumberOfRetriesExceeded)$/;

/** What an error that ended a command means to the caller. Kafka's errors are told by name: their classes lie in the adapter. */
export function classifyError(error: unknown): Classified {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  // Commander has written its message, or the help that was asked for.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  const chain = causes(error);
  const refused = chain.find((cause) => 'type' in cause && String(cause.type).endsWith('AUTHORIZATION_FAILED'));
  if (refused) return { exitCode: EXIT.refused, message: 'the broker refused: this user lacks the rights' };
  if (isDocketError(error)) return { exitCode: EXIT.failed, message: `${error.message} (${error.code})` };
  if (chain.some((cause) => AWAY.test(cause.name))) {
    return { exitCode: EXIT.unreachable, message: 'the brokers stopped answering: try again when they are back' };
  }
  return { exitCode: EXIT.failed, message: `unexpected: ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}` };
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 10; at = at.cause) chain.push(at);
  return chain;
}
