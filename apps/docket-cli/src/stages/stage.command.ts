import { ownTopics, stagesOf, type Lane, type StageCommand, type StageSpec } from '@docket/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, examples, lanesOption, parseStage, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { requireTopics } from '../cli/require-topics.js';
import { isOfCatalogue } from '../cli/stage-called.js';
import { ControlLog } from '../operations/control-log.js';
import { controlTopic, readControl, writeControl } from '../operations/control-topic.js';
import { requestOf, withRequester, type RequesterOptions } from '../operations/requester.js';
import { printJson, printSheet } from '../output/render.js';
import { stageReport, stagesSheet, type StageReport } from './stage-report.js';

type SwitchOptions = ClusterOptions & RequesterOptions;

interface ListOptions extends ClusterOptions {
  readonly lanes: readonly Lane[];
}

export function addStageCommand(program: Command, context: CommandContext): void {
  const stage = program.command('stage').description('pause and resume stages');
  withClusterOptions(stage.command('list').description('show which state is wanted of each stage'))
    .addOption(lanesOption())
    .addHelpText('after', examples('docket stage list --brokers kafka:9092', 'docket stage list --lanes classified --json'))
    .action((options: ListOptions) => list(options, context));
  const states = [['pause', 'paused', 'start nothing more in a stage; it outlives restarts'], ['resume', 'running', 'let a paused stage go on']] as const;
  for (const [verb, state, text] of states) {
    withRequester(withClusterOptions(stage.command(verb).description(text).argument('<stage>', 'name of the stage', parseStage)))
      .addHelpText('after', examples(`docket stage ${verb} executor --reason "${state === 'paused' ? 'funder maintenance' : 'funder is back'}"`))
      .action((spec: StageSpec, options: SwitchOptions) => want(spec, state, options, context));
  }
}

async function list(options: ListOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const stages = stagesOf(options.lanes);
  const lanes = [...new Set(stages.map((spec) => controlTopic(spec.lane)))];
  await requireTopics(cluster, lanes);
  const log = new ControlLog();
  await cluster.readTopics(lanes, (record) => log.apply(record));
  const added = log.stageNames().filter((name) => !isOfCatalogue(name)).sort();
  const reports = [...stages.map((spec) => spec.name), ...added].map((name) => stageReport(name, log));
  print(reports, options, context);
  terminal.err(`${reports.filter((report) => report.wanted === 'paused').length} of ${reports.length} stage(s) paused\n`);
  context.done(EXIT.ok);
}

async function want(spec: StageSpec, state: StageCommand['state'], options: SwitchOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const command: StageCommand = { kind: 'stage', stage: spec.name, state, ...requestOf(options, context) };
  const cluster = await context.open(connectionOf(options), terminal);
  // A command for a stage that is not there would be followed by none.
  await requireTopics(cluster, [controlTopic(spec.lane), ownTopics(spec).ledger]);
  const log = await readControl(cluster, spec.lane);
  const before = stageReport(spec.name, log);
  if (before.wanted === state) {
    print([before], options, context);
    terminal.err(`${spec.name} is ${state} already: nothing was written\n`);
    return context.done(EXIT.ok);
  }
  await writeControl(cluster, spec.lane, command);
  const { by, at, reason } = command;
  print([{ stage: spec.name, wanted: state, by, at, reason }], options, context);
  terminal.err(`${spec.name} is to be ${state}: its tasks follow as soon as they read it\n`);
  context.done(EXIT.ok);
}

function print(reports: readonly StageReport[], options: ClusterOptions, { terminal }: CommandContext): void {
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, stagesSheet(reports));
}
