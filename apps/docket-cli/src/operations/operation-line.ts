import { isFinished, type OperationReport } from './operation-report.js';

const BAR = 24;

/** One line of how far an operation is; with a bar for people. */
export function operationLine(report: OperationReport, withBar: boolean): string {
  const { planned, redriven, refused, failedAgain, partitions, state, stage } = report;
  const ended = partitions.filter((part) => part.state !== 'waiting' && part.state !== 'running').length;
  const full = planned === 0 ? BAR : Math.min(BAR, Math.floor((redriven / planned) * BAR));
  const text = `${redriven} of ${planned} put back, ${refused} refused, ${failedAgain} failed again, ${ended} of ${partitions.length} partition(s) ended`;
  const waits = state === 'requested' ? `; no task of ${stage} has begun: does it run?` : '';
  return `${withBar ? `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ` : ''}${text}${waits}`;
}

/** The last line, of a finished one. */
export function operationSummary(report: OperationReport): string {
  const what = {
    done: 'done', partly: 'partly done', stopped: 'stopped: too many failed again', cancelled: 'cancelled', requested: 'requested', running: 'running', cancelling: 'being cancelled',
  }[report.state];
  const next = isFinished(report) && report.failedAgain > 0 ? `; \`docket dlq causes --stage ${report.stage}\` shows why` : '';
  return `operation ${report.id} ${what}: ${operationLine(report, false)}${next}\n`;
}
