import { stagesOf, type Lane, type StageSpec } from '@docket/contracts';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, type ClusterOptions } from '../cli/options.js';
import { withProgress } from '../cli/progress.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import { CauseTally } from './cause-tally.js';
import { DLQ, letterTopic, RECORDS_COUNTED } from './letter-kind.js';
import { causesSheet } from './letter-sheet.js';
import { readLetters } from './read-letters.js';

export interface CausesOptions extends ClusterOptions {
  readonly stage?: StageSpec;
  readonly lanes: readonly Lane[];
}

/** Groups the dead letters of one stage, or of all stages of the lanes, by cause. */
export async function showCauses(options: CausesOptions, context: CommandContext): Promise<void> {
  const { terminal, clock } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const stages = options.stage ? [options.stage] : stagesOf(options.lanes);
  await requireTopics(cluster, stages.map((spec) => letterTopic(DLQ, spec)));
  const tally = new CauseTally();
  await withProgress(clock, terminal, async (one) => {
    for (const spec of stages) {
      await readLetters(cluster, DLQ, spec, (letter) => {
        tally.add(spec.name, letter);
        one();
      });
    }
  });
  const reports = tally.reports();
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, causesSheet(reports));
  const more = tally.uncounted > 0 ? `; ${tally.uncounted} letter(s) of further causes are not shown` : '';
  terminal.err(`${tally.letters} dead letter(s) in ${stages.length} stage(s), ${reports.length} cause(s) (${RECORDS_COUNTED})${more}\n`);
  context.done(EXIT.ok);
}
