import { InvalidArgumentError, Option, type Command } from 'commander';
import { UUID } from '@docket/contracts';
import type { DeadLetter } from './dead-letter.js';

/** Which letters are meant: those of any of the causes and any of the units; an empty list means all. */
export interface Selection {
  readonly cause: readonly string[];
  readonly unit: readonly string[];
}

/** What the control command takes. */
const MOST_NAMED = 10_000;

export function withSelection(command: Command): Command {
  return command
    .addOption(new Option('--cause <id...>', 'only these causes, from `causes` or `list`').default([], 'all').argParser(collect(/^[0-9a-f]{12}$/, 'A cause is 12 hex digits.')))
    .addOption(new Option('--unit <id...>', 'only these units, by correlation id').default([], 'all').argParser(collect(UUID, 'A unit is given by its correlation id, a lower-case UUID.')));
}

export function matcher({ cause, unit }: Selection): (letter: DeadLetter) => boolean {
  const causes = new Set(cause);
  const units = new Set(unit);
  return (letter) => (causes.size === 0 || causes.has(letter.cause)) && (units.size === 0 || (letter.unit !== null && units.has(letter.unit)));
}

function collect(form: RegExp, problem: string): (given: string, before: readonly string[]) => string[] {
  return (given, before) => {
    if (!form.test(given)) throw new InvalidArgumentError(problem);
    if (before.length >= MOST_NAMED) throw new InvalidArgumentError(`At most ${MOST_NAMED} can be named.`);
    return before.includes(given) ? [...before] : [...before, given];
  };
}
