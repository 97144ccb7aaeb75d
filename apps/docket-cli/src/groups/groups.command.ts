import { watchedGroups, type Lane } from '@docket/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, examples, lanesOption, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import { groupReports, groupSheet } from './group-report.js';

interface GroupsOptions extends ClusterOptions {
  readonly lanes: readonly Lane[];
}

export function addGroupsCommand(program: Command, context: CommandContext): void {
  withClusterOptions(program.command('groups').description('show how many records each consumer group is behind'))
    .addOption(lanesOption())
    .addHelpText('after', examples('docket groups --brokers kafka:9092', 'docket groups --lanes standard --json'))
    .action((options: GroupsOptions) => groups(options, context));
}

async function groups(options: GroupsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const watched = watchedGroups(options.lanes);
  await requireTopics(cluster, options.lanes, watched.flatMap((entry) => entry.topics));
  const reports = groupReports(await cluster.groupLag(watched));
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, groupSheet(reports));
  context.done(EXIT.ok);
}
