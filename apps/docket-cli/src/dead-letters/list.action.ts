import { stagesOf, type Lane, type StageSpec } from '@docket/contracts';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, type ClusterOptions } from '../cli/options.js';
import { withProgress } from '../cli/progress.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import type { DeadLetter } from './dead-letter.js';
import { letterTopic, RECORDS_COUNTED, type LetterKind } from './letter-kind.js';
import { lettersSheet } from './letter-sheet.js';
import { Newest } from './newest.js';
import { readLetters } from './read-letters.js';
import { matcher, type Selection } from './selection.js';

export interface ListOptions extends ClusterOptions, Selection {
  readonly stage?: StageSpec;
  readonly lanes: readonly Lane[];
  readonly limit: number;
}

/** Lists the newest letters that match, newest first. */
export async function listLetters(kind: LetterKind, options: ListOptions, context: CommandContext): Promise<void> {
  const { terminal, clock } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const stages = options.stage ? [options.stage] : stagesOf(options.lanes);
  await requireTopics(cluster, stages.map((spec) => letterTopic(kind, spec)));
  const matches = matcher(options);
  const found = new Newest<DeadLetter>(options.limit);
  await withProgress(clock, terminal, async (one) => {
    for (const spec of stages) {
      await readLetters(cluster, kind, spec, (letter) => {
        if (matches(letter)) found.add(letter);
        one();
      });
    }
  });
  if (options.json) printJson(terminal, { count: found.count, listed: found.listed });
  else printSheet(terminal, lettersSheet(found.listed));
  const shown = found.count > found.listed.length ? `, the newest ${found.listed.length} shown: --limit shows more` : '';
  terminal.err(`${found.count} record(s) match${shown} (${RECORDS_COUNTED})\n`);
  context.done(EXIT.ok);
}
