import { UUID, type Lane, type StageSpec } from '@docket/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { connectionOf, controlLaneOption, examples, stageOption, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import { controlTopic, readControl, writeControl } from './control-topic.js';
import { followOperation, printOperation } from './follow.action.js';
import { isFinished, operationReport, operationsSheet } from './operation-report.js';
import { requestOf, withRequester, type RequesterOptions } from './requester.js';

interface OpsOptions extends ClusterOptions, RequesterOptions {
  readonly lane: Lane;
  readonly stage?: StageSpec;
}

const ID = 'id of the operation, from `docket ops list`';
const SAMPLE = '6b0f4c5e-5b0e-4f7e-9d53-0a3f6f1c2b7d';

export function addOpsCommand(program: Command, context: CommandContext): void {
  const ops = program.command('ops').description('redrives and releases that were asked for');
  withClusterOptions(ops.command('list').description('show all operations, the newest first'))
    .addOption(controlLaneOption())
    .addOption(stageOption('only those of one stage'))
    .addHelpText('after', examples('docket ops list --brokers kafka:9092', 'docket ops list --stage executor --json'))
    .action((options: OpsOptions) => list(options, context));
  withClusterOptions(ops.command('follow').description('show how far an operation is until it has ended').argument('<id>', ID, parseId))
    .addOption(controlLaneOption())
    .addHelpText('after', [
      '', 'Ctrl-C ends the view, not the operation. Exit code 6 where it ended partly done, stopped or cancelled.', examples(`docket ops follow ${SAMPLE}`),
    ].join('\n'))
    .action((id: string, options: OpsOptions) => follow(id, options, context));
  withRequester(withClusterOptions(ops.command('cancel').description('stop an operation: what is put back stays so').argument('<id>', ID, parseId)))
    .addOption(controlLaneOption())
    .addHelpText('after', examples(`docket ops cancel ${SAMPLE} --reason "wrong cause chosen"`))
    .action((id: string, options: OpsOptions) => cancel(id, options, context));
}

async function list(options: OpsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  await requireTopics(cluster, [controlTopic(options.lane)]);
  const log = await readControl(cluster, options.lane);
  const reports = log.operations()
    .filter((command) => !options.stage || command.stage === options.stage.name)
    .sort((a, b) => b.at.localeCompare(a.at))
    .map((command) => operationReport(command, log));
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, operationsSheet(reports));
  const unreadable = log.unreadable > 0 ? `; ${log.unreadable} record(s) of the control topic cannot be read` : '';
  terminal.err(`${reports.length} operation(s), ${reports.filter((report) => !isFinished(report)).length} not ended${unreadable}\n`);
  context.done(EXIT.ok);
}

async function follow(id: string, options: OpsOptions, context: CommandContext): Promise<void> {
  const cluster = await context.open(connectionOf(options), context.terminal);
  await found(id, options, cluster);
  context.done(await followOperation(id, options.lane, cluster, options.json, context));
}

async function cancel(id: string, options: OpsOptions, context: CommandContext): Promise<void> {
  const request = requestOf(options, context);
  const cluster = await context.open(connectionOf(options), context.terminal);
  const { command, report } = await found(id, options, cluster);
  if (isFinished(report) || command.state === 'cancelled') {
    throw new CliError(EXIT.refused, `operation ${id} is ${report.state} already: nothing was done`);
  }
  const cancelled = { ...command, ...request, state: 'cancelled' as const };
  await writeControl(cluster, options.lane, cancelled);
  printOperation({ ...report, ...request, state: 'cancelling' }, options.json, context);
  context.done(EXIT.ok);
}

async function found(id: string, options: OpsOptions, cluster: Awaited<ReturnType<CommandContext['open']>>) {
  await requireTopics(cluster, [controlTopic(options.lane)]);
  const log = await readControl(cluster, options.lane);
  const command = log.operation(id);
  if (!command) throw new CliError(EXIT.notFound, `there is no operation ${id}: \`docket ops list\` shows all; the classified lane has its own (--lane classified)`);
  return { command, report: operationReport(command, log) };
}

function parseId(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('An operation is given by its id, a lower-case UUID.');
  return text;
}
