import { ownTopics, stagesOf, watchedGroups, type Lane, type StageSpec } from '@docket/contracts';
import { TopicNames, type PartitionLag } from '@docket/stage-kafka';
import type { Command } from 'commander';
import type { Cluster } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, examples, lanesOption, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { withProgress } from '../cli/progress.js';
import { requireTopics } from '../cli/require-topics.js';
import { ControlLog } from '../operations/control-log.js';
import { controlTopic } from '../operations/control-topic.js';
import { printJson, printSheet } from '../output/render.js';
import { groupReports, groupSheet, taskSheet, type GroupFacts } from './group-report.js';
import { readHeld, type HeldUnits } from './held-units.js';

interface GroupsOptions extends ClusterOptions {
  readonly lanes: readonly Lane[];
  readonly tasks: boolean;
  readonly held: boolean;
}

export function addGroupsCommand(program: Command, context: CommandContext): void {
  withClusterOptions(program.command('groups').description('show who owns which partitions, and how many records each group is behind'))
    .addOption(lanesOption())
    .option('--tasks', 'a row for each partition, with its owner', false)
    .option('--held', 'count the units that wait for another try; reads the ledgers', false)
    .addHelpText('after', examples('docket groups --brokers kafka:9092', 'docket groups --tasks --held', 'docket groups --lanes standard --json'))
    .action((options: GroupsOptions) => groups(options, context));
}

async function groups(options: GroupsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const watched = watchedGroups(options.lanes);
  const stages = stagesOf(options.lanes);
  const control = [...new Set(stages.map((spec) => controlTopic(spec.lane)))];
  const ledgers = options.held ? stages.map((spec) => ownTopics(spec).ledger) : [];
  await requireTopics(cluster, [...watched.flatMap((entry) => entry.topics), ...control, ...ledgers]);
  const statuses = new Map((await cluster.groupStatus(watched.map((entry) => entry.group))).map((status) => [status.group, status]));
  const log = new ControlLog();
  await cluster.readTopics(control, (record) => log.apply(record));
  const lags = await cluster.groupLag(watched);
  const names = new TopicNames(options.prefix);
  const facts = new Map<string, GroupFacts>();
  for (const { group } of watched) {
    const spec = stages.find((stage) => stage.name === group);
    const status = statuses.get(group);
    const held = spec && options.held ? await heldOf(spec, lags, cluster, context) : undefined;
    facts.set(names.group(group), { ...(status && { status }), ...(held && { held }), isPaused: log.stage(group)?.state === 'paused' });
  }
  const reports = groupReports(lags, (group) => facts.get(group) ?? {});
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, (options.tasks ? taskSheet : groupSheet)(reports, options.held));
  context.done(EXIT.ok);
}

function heldOf(spec: StageSpec, lags: readonly PartitionLag[], cluster: Cluster, { clock, terminal }: CommandContext): Promise<Map<number, HeldUnits>> {
  const partitions = new Set(lags.filter((lag) => lag.topic === spec.input).map((lag) => lag.partition));
  return withProgress(clock, terminal, (one) => readHeld(cluster, spec, partitions, one));
}
