import { topicCatalogue, type Lane } from '@docket/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { connectionOf, examples, lanesOption, wholeNumber, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { printJson, printSheet } from '../output/render.js';
import { planReport, planSheet, regrown, type PlanReport } from './plan-report.js';

interface TopicsOptions extends ClusterOptions {
  readonly lanes: readonly Lane[];
  readonly partitions: number;
  readonly replication: number;
}

export function addTopicsCommand(program: Command, context: CommandContext): void {
  const topics = program.command('topics').description('topics of the catalogue: compare them with the cluster, create them');
  withTopicsOptions(topics.command('plan').description('show what is missing and what differs; change nothing'))
    .addHelpText('after', [
      '', 'Exit code 7 where anything is missing or differs.',
      examples('docket topics plan --brokers kafka:9092', 'docket topics plan --lanes classified --partitions 24 --replication 3 --json'),
    ].join('\n'))
    .action((options: TopicsOptions) => plan(options, context));
  withTopicsOptions(topics.command('apply').description('create what is missing; never change, grow or delete a topic'))
    .addHelpText('after', examples('docket topics apply --brokers kafka:9092', 'docket topics apply --partitions 24 --replication 3'))
    .action((options: TopicsOptions) => apply(options, context));
}

function withTopicsOptions(command: Command): Command {
  return withClusterOptions(command)
    .addOption(lanesOption())
    .addOption(wholeNumber('--partitions <n>', 'partitions of every topic', 6, 1_000))
    .addOption(wholeNumber('--replication <n>', 'copies of every partition: 3 where there are brokers for it', 1, 9));
}

async function plan(options: TopicsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const report = planReport(await cluster.planTopics(topicCatalogue(options)));
  print(report, options, context);
  terminal.err(`${report.missing.length} to create, ${report.drift.length} setting(s) differ, ${report.unchanged} as they should be\n`);
  context.done(report.missing.length + report.drift.length > 0 ? EXIT.checkFailed : EXIT.ok);
}

async function apply(options: TopicsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const specs = topicCatalogue(options);
  const found = planReport(await cluster.planTopics(specs));
  const [wrong] = regrown(found);
  if (wrong) {
    print(found, options, context);
    throw new CliError(
      EXIT.refused,
      `${wrong.topic} has ${wrong.actual} partitions, not ${wrong.expected}: a keyed topic never changes them in place. ` +
        `Nothing was done; give --partitions ${wrong.actual}, or move to new topics: docs/guides/drain-and-switch.md`,
    );
  }
  const report = planReport(await cluster.applyTopics(specs, options.replication));
  print(report, options, context);
  terminal.err(`${report.missing.length} created, ${report.drift.length} setting(s) differ and were left, ${report.unchanged} as they should be\n`);
  context.done(EXIT.ok);
}

function print(report: PlanReport, options: TopicsOptions, { terminal }: CommandContext): void {
  if (options.json) printJson(terminal, report);
  else printSheet(terminal, planSheet(report));
}
