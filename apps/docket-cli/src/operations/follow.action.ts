import type { Lane } from '@docket/contracts';
import type { Cluster } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT, type ExitCode } from '../cli/exit.js';
import { ProgressLine } from '../cli/progress.js';
import { printJson, printSheet } from '../output/render.js';
import { ControlLog } from './control-log.js';
import { controlTopic } from './control-topic.js';
import { operationLine, operationSummary } from './operation-line.js';
import { exitOf, isFinished, operationReport, partitionsSheet, type OperationReport } from './operation-report.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Shows how far an operation is until all its partitions have ended; then its report. Ctrl-C ends only the view.
 * @param id of an operation whose command is written
 */
export async function followOperation(
  id: string, lane: Lane, cluster: Cluster, json: boolean, context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const line = new ProgressLine(context.clock, terminal);
  const report = await untilFinished(id, lane, cluster, context, line);
  line.end();
  if (!report) {
    terminal.err(`the operation goes on without this view: \`docket ops follow ${id}\` shows it again, \`docket ops cancel ${id}\` stops it\n`);
    return EXIT.interrupted;
  }
  printOperation(report, json, context);
  return exitOf(report);
}

export function printOperation(report: OperationReport, json: boolean, { terminal }: CommandContext): void {
  if (json) printJson(terminal, report);
  else printSheet(terminal, partitionsSheet(report));
  terminal.err(operationSummary(report));
}

/** Undefined where the person left. */
async function untilFinished(
  id: string, lane: Lane, cluster: Cluster, { terminal, clock }: CommandContext, line: ProgressLine,
): Promise<OperationReport | undefined> {
  const log = new ControlLog();
  let settle: (report: OperationReport | undefined) => void = () => undefined;
  const ended = new Promise<OperationReport | undefined>((resolve) => (settle = resolve));
  const look = () => {
    const command = log.operation(id);
    if (!command) return;
    const report = operationReport(command, log);
    line.update(() => operationLine(report, terminal.errIsTty));
    if (isFinished(report)) settle(report);
  };
  let cancel: () => void = () => undefined;
  const tick = () => {
    look();
    cancel = clock.schedule(LOOK_EVERY_MS, tick);
  };
  const release = terminal.onInterrupt(() => settle(undefined));
  try {
    const following = await cluster.follow(controlTopic(lane), (record) => {
      log.apply(record);
      look();
    });
    tick();
    try {
      return await Promise.race([ended, following.failed]);
    } finally {
      cancel();
      await following.stop();
    }
  } finally {
    release();
  }
}
