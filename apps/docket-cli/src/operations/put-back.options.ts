import { MAX_OPERATION_RATE } from '@docket/contracts';
import { Option, type Command } from 'commander';
import { parseWhole, stageOption, wholeNumber, withClusterOptions } from '../cli/options.js';
import { withSelection } from '../dead-letters/selection.js';
import { withRequester } from './requester.js';

/** The options that redrive and release share. */
export function withPutBackOptions(command: Command): Command {
  return withRequester(withSelection(withClusterOptions(command).addOption(stageOption('the stage they go back into (required)').makeOptionMandatory())))
    .addOption(wholeNumber('--rate <n>', 'units in a second, over all partitions', 10, MAX_OPERATION_RATE))
    .option('--run', 'do it; without this nothing is done', false)
    .option('--yes', 'do not ask; needs --expect', false)
    .addOption(new Option('--expect <n>', 'the count that the dry run showed; another count is refused').argParser((given: string) => parseWhole(given, 0, 1e9)))
    .option('--detach', 'do not follow: end when the stage is asked', false);
}

export const PUT_BACK_HELP = [
  '',
  'A dry run, unless --run is given: it reads what lies there now, asks the ledger of the stage which units may go back,',
  'and counts them by cause and partition. With --run you type the count, or give --yes --expect N. The stage itself puts',
  'the units back, once each; it stops where ten of fifty fail again. Ctrl-C ends the view, not the operation.',
  'Exit codes: 3 nothing to put back, 4 another count, 6 partly done or stopped.',
  '',
].join('\n');
