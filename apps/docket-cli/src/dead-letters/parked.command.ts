import type { Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { examples, lanesOption, stageOption, wholeNumber, withClusterOptions } from '../cli/options.js';
import { putBack, type PutBackOptions } from '../operations/put-back.action.js';
import { PUT_BACK_HELP, withPutBackOptions } from '../operations/put-back.options.js';
import { PARKED, RECORDS_HELP } from './letter-kind.js';
import { listLetters, type ListOptions } from './list.action.js';
import { withSelection } from './selection.js';

export function addParkedCommand(program: Command, context: CommandContext): void {
  const parked = program.command('parked').description('units that wait for a person or an event');
  withSelection(withClusterOptions(parked.command('list').description('list parked records, the newest first')))
    .addOption(stageOption('only those of one stage'))
    .addOption(lanesOption())
    .addOption(wholeNumber('--limit <n>', 'how many are listed', 100, 10_000))
    .addHelpText('after', [
      ...RECORDS_HELP, '`docket dlq show <place>` shows one of them.', examples('docket parked list', 'docket parked list --stage executor --json'),
    ].join('\n'))
    .action((options: ListOptions) => listLetters(PARKED, options, context));
  withPutBackOptions(parked.command('release').description('put parked units back into their stage'))
    .addHelpText('after', PUT_BACK_HELP + examples(
      'docket parked release --stage executor',
      'docket parked release --stage executor --unit 0d3f8f5e-6a55-5d59-9a0e-4a6f4c3f7f10 --reason "receipt found" --run',
    ))
    .action((options: PutBackOptions) => putBack(PARKED, options, context));
}
