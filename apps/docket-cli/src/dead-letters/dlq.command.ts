import type { Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { examples, lanesOption, stageOption, wholeNumber, withClusterOptions } from '../cli/options.js';
import { putBack, type PutBackOptions } from '../operations/put-back.action.js';
import { PUT_BACK_HELP, withPutBackOptions } from '../operations/put-back.options.js';
import { showCauses, type CausesOptions } from './causes.action.js';
import { DLQ, RECORDS_HELP } from './letter-kind.js';
import { listLetters, type ListOptions } from './list.action.js';
import { withSelection } from './selection.js';
import { showLetter, type ShowOptions } from './show.action.js';

export function addDlqCommand(program: Command, context: CommandContext): void {
  const dlq = program.command('dlq').description('dead letters: why they died, what they say, back into the stage');
  withClusterOptions(dlq.command('causes').description('group the dead letters by cause: stage and error code'))
    .addOption(stageOption('only those of one stage'))
    .addOption(lanesOption())
    .addHelpText('after', [...RECORDS_HELP, examples('docket dlq causes --brokers kafka:9092', 'docket dlq causes --stage executor --json')].join('\n'))
    .action((options: CausesOptions) => showCauses(options, context));
  withSelection(withClusterOptions(dlq.command('list').description('list dead letters, the newest first')))
    .addOption(stageOption('the stage (required)').makeOptionMandatory())
    .addOption(wholeNumber('--limit <n>', 'how many are listed', 100, 10_000))
    .addHelpText('after', [
      ...RECORDS_HELP, examples('docket dlq list --stage executor', 'docket dlq list --stage executor --cause 86d807c08293 --limit 1000 --json'),
    ].join('\n'))
    .action((options: Omit<ListOptions, 'lanes'>) => listLetters(DLQ, { ...options, lanes: [] }, context));
  withClusterOptions(dlq.command('show').description('show one dead or parked record, and why it lies there').argument('<place>', 'topic/partition/offset'))
    .option('--payload', 'its payload too, which may hold personal data', false)
    .addHelpText('after', [
      '', 'Why: category, message and violations, from the record of its stage on `errors` (kept for 90 days). With --payload only',
      'the bytes of the payload go to stdout, all else to stderr.',
      examples('docket dlq show executor.dlq/0/17', 'docket dlq show executor.dlq/0/17 --payload > payload', 'docket dlq show executor.dlq/0/17 --payload --json'),
    ].join('\n'))
    .action((place: string, options: ShowOptions) => showLetter(place, options, context));
  withPutBackOptions(dlq.command('redrive').description('put dead units back into their stage'))
    .addHelpText('after', PUT_BACK_HELP + examples(
      'docket dlq redrive --stage executor --cause 86d807c08293',
      'docket dlq redrive --stage executor --cause 86d807c08293 --reason "funder is back" --run',
      'docket dlq redrive --stage executor --reason "funder is back" --run --yes --expect 40 --rate 50 --json',
    ))
    .action((options: PutBackOptions) => putBack(DLQ, options, context));
}
