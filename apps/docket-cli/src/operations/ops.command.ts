import { UUID, type Lane, type StageSpec } from '@docket/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import type { Cluster } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { connectionOf, examples, lanesOption, stageOption, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import type { ControlLog } from './control-log.js';
import { controlLanes, controlTopic, readControl, writeControl } from './control-topic.js';
import { followOperation, printOperation } from './follow.action.js';
import { isFinished, operationReport, operationsSheet } from './operation-report.js';
import { requestOf, withRequester, type RequesterOptions } from './requester.js';
import { tellWhatHolds } from './tell-what-holds.js';

interface OpsOptions extends ClusterOptions, RequesterOptions {
  readonly lanes: readonly Lane[];
  readonly stage?: StageSpec;
}

const ID = 'id of the operation, from `docket ops list`';
const SAMPLE = '6b0f4c5e-5b0e-4f7e-9d53-0a3f6f1c2b7d';

export function addOpsCommand(program: Command, context: CommandContext): void {
  const ops = program.command('ops').description('redrives and releases that were asked for');
  withClusterOptions(ops.command('list').description('show all operations, the newest first'))
    .addOption(lanesOption())
    .addOption(stageOption('only those of one stage'))
    .addHelpText('after', examples('docket ops list --brokers kafka:9092', 'docket ops list --stage executor --json'))
    .action((options: OpsOptions) => list(options, context));
  withClusterOptions(ops.command('follow').description('show how far an operation is until it has ended').argument('<id>', ID, parseId))
    .addOption(lanesOption())
    .addHelpText('after', [
      '', 'Ctrl-C ends the view, not the operation. Exit code 6 where it ended partly done, stopped or cancelled.', examples(`docket ops follow ${SAMPLE}`),
    ].join('\n'))
    .action((id: string, options: OpsOptions) => follow(id, options, context));
  withRequester(withClusterOptions(ops.command('cancel').description('stop an operation: what is put back stays so').argument('<id>', ID, parseId)))
    .addOption(lanesOption())
    .addHelpText('after', examples(`docket ops cancel ${SAMPLE} --reason "wrong cause chosen"`))
    .action((id: string, options: OpsOptions) => cancel(id, options, context));
}

async function list(options: OpsOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const logs = (await readLogs(options, cluster)).map(({ log }) => log);
  const reports = logs.flatMap((log) => log.operations().map((command) => operationReport(command, log)))
    .filter((report) => !options.stage || report.stage === options.stage.name)
    .sort((a, b) => b.at.localeCompare(a.at));
  if (options.json) printJson(terminal, reports);
  else printSheet(terminal, operationsSheet(reports));
  const lost = logs.reduce((sum, log) => sum + log.unreadable, 0);
  const unreadable = lost > 0 ? `; ${lost} record(s) of the control topic cannot be read` : '';
  terminal.err(`${reports.length} operation(s), ${reports.filter((report) => !isFinished(report)).length} not ended${unreadable}\n`);
  context.done(EXIT.ok);
}

async function follow(id: string, options: OpsOptions, context: CommandContext): Promise<void> {
  const cluster = await context.open(connectionOf(options), context.terminal);
  const { lane, report } = await found(id, options, cluster);
  if (!isFinished(report)) await tellWhatHolds(report.stage, lane, cluster, context.terminal);
  context.done(await followOperation(id, lane, cluster, options.json, context));
}

async function cancel(id: string, options: OpsOptions, context: CommandContext): Promise<void> {
  const request = requestOf(options, context);
  const cluster = await context.open(connectionOf(options), context.terminal);
  const { command, report, lane } = await found(id, options, cluster);
  if (isFinished(report) || command.state === 'cancelled') {
    throw new CliError(EXIT.refused, `operation ${id} is ${report.state} already: nothing was done`);
  }
  const cancelled = { ...command, ...request, state: 'cancelled' as const };
  await writeControl(cluster, lane, cancelled);
  printOperation({ ...report, ...request, state: 'cancelling' }, options.json, context);
  context.done(EXIT.ok);
}

async function found(id: string, options: OpsOptions, cluster: Cluster) {
  for (const { lane, log } of await readLogs(options, cluster)) {
    const command = log.operation(id);
    if (command) return { lane, command, report: operationReport(command, log) };
  }
  throw new CliError(EXIT.notFound, `there is no operation ${id}: \`docket ops list\` shows all; the classified lane has its own (--lanes classified)`);
}

/** Of each control topic of the lanes. */
async function readLogs({ lanes }: OpsOptions, cluster: Cluster): Promise<{ readonly lane: Lane; readonly log: ControlLog }[]> {
  const read = controlLanes(lanes);
  await requireTopics(cluster, read.map(controlTopic));
  const logs = [];
  for (const lane of read) logs.push({ lane, log: await readControl(cluster, lane) });
  return logs;
}

function parseId(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('An operation is given by its id, a lower-case UUID.');
  return text;
}
