import { laneTopic, type Lane } from '@docket/contracts';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { EXIT } from '../cli/exit.js';
import { connectionOf, examples, withClusterOptions, type ClusterOptions } from '../cli/options.js';
import { withProgress } from '../cli/progress.js';
import { requireTopics } from '../cli/require-topics.js';
import { printJson, printSheet } from '../output/render.js';
import { AuditReview } from './audit-review.js';
import { auditSheet, auditSummary } from './audit-sheet.js';

interface AuditOptions extends ClusterOptions {
  readonly lane: Lane;
}

export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('the audit log');
  withClusterOptions(audit.command('check').description('read the whole audit log and all outcomes, and check them against each other'))
    .addOption(new Option('--lane <name>', 'standard: the log that standard and pii share').choices(['standard', 'classified']).default('standard'))
    .addHelpText('after', [
      '',
      'Checked: every record has a value whose SHA-256 is its key; every value is a sound event; no event id has two',
      'contents; every outcome has all its steps on the record. Exit code 7 where one of these fails.',
      examples('docket audit check --brokers kafka:9092', 'docket audit check --lane classified --json > report.json'),
    ].join('\n'))
    .action((options: AuditOptions) => check(options, context));
}

async function check(options: AuditOptions, context: CommandContext): Promise<void> {
  const { terminal, clock } = context;
  const cluster = await context.open(connectionOf(options), terminal);
  const outcomes = laneTopic(options.lane, 'outcomes');
  const log = laneTopic(options.lane, 'audit.log');
  await requireTopics(cluster, [outcomes, log]);

  const review = new AuditReview();
  await withProgress(clock, terminal, async (one) => {
    await cluster.readTopics([outcomes], (record) => {
      review.addOutcome(record);
      one();
    });
    await cluster.readTopics([log], (record) => {
      review.addEvent(record);
      one();
    });
  });

  const report = review.report();
  if (options.json) printJson(terminal, report);
  else printSheet(terminal, auditSheet(report));
  terminal.err(auditSummary(report));
  context.done(report.ok ? EXIT.ok : EXIT.checkFailed);
}
