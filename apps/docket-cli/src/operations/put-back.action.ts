import { randomUUID } from 'node:crypto';
import { ownTopics, type OperationCommand, type StageSpec } from '@docket/contracts';
import type { Cluster } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { connectionOf, type ClusterOptions } from '../cli/options.js';
import { withProgress } from '../cli/progress.js';
import { requireTopics } from '../cli/require-topics.js';
import { letterTopic, type LetterKind } from '../dead-letters/letter-kind.js';
import { readLetters } from '../dead-letters/read-letters.js';
import { matcher, type Selection } from '../dead-letters/selection.js';
import { errTerminal, printJson, printSheet } from '../output/render.js';
import { checkConfirmation, confirmCount, type ConfirmOptions } from './confirm-count.js';
import { controlTopic, writeControl } from './control-topic.js';
import { followOperation } from './follow.action.js';
import { operationPlan, type OperationPlan } from './operation-plan.js';
import { PlanCounter } from './plan-counter.js';
import { planSheet, planSummary } from './plan-sheet.js';
import { requestOf, type RequesterOptions } from './requester.js';
import { readLedgers } from './stage-ledgers.js';
import { tellWhatHolds } from './tell-what-holds.js';

export interface PutBackOptions extends ClusterOptions, Selection, ConfirmOptions, RequesterOptions {
  readonly stage: StageSpec;
  readonly rate: number;
  readonly detach: boolean;
}

/** Plans a redrive or release; with --run, once the count is agreed to, asks the stage for it and follows. */
export async function putBack(kind: LetterKind, options: PutBackOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  checkConfirmation(options, terminal);
  if (options.run) requestOf(options, context);
  const spec = options.stage;
  const cluster = await context.open(connectionOf(options), terminal);
  await requireTopics(cluster, [letterTopic(kind, spec), ownTopics(spec).ledger, controlTopic(spec.lane)]);
  const plan = await makePlan(kind, options, cluster, context);
  if (!options.run) {
    if (options.json) printJson(terminal, plan);
    else printSheet(terminal, planSheet(plan));
    terminal.err(planSummary(plan));
    const next = plan.eligible > 0 ? `nothing was done: add --run, in a script --run --yes --expect ${plan.eligible}` : 'there is nothing to put back';
    terminal.err(`${next}\n`);
    return context.done(EXIT.ok);
  }
  // The report is the data of a run; the plan goes before the question.
  printSheet(errTerminal(terminal), planSheet(plan));
  terminal.err(planSummary(plan));
  if (plan.eligible === 0 && (options.expect ?? 0) === 0) throw new CliError(EXIT.notFound, 'there is nothing to put back: nothing was done');
  if (!options.detach) await tellWhatHolds(spec.name, spec.lane, cluster, terminal);
  await confirmCount(options, plan.eligible, `${plan.eligible} unit(s) go back into ${spec.name}.`, terminal);
  const command = commandOf(plan, options, context);
  await writeControl(cluster, spec.lane, command);
  terminal.err(`operation ${command.id} is asked for\n`);
  if (!options.detach) return context.done(await followOperation(command.id, spec.lane, cluster, options.json, context));
  if (options.json) printJson(terminal, command);
  else terminal.out(`${command.id}\n`);
  context.done(EXIT.ok);
}

async function makePlan(kind: LetterKind, options: PutBackOptions, cluster: Cluster, { clock, terminal }: CommandContext): Promise<OperationPlan> {
  const matches = matcher(options);
  const counter = new PlanCounter(kind);
  const absent = new Set(options.unit);
  const ranges = await withProgress(clock, terminal, async (one) => {
    const read = await readLetters(cluster, kind, options.stage, (letter, partition) => {
      if (matches(letter)) {
        counter.add(letter, partition);
        if (letter.unit !== null) absent.delete(letter.unit);
      }
      one();
    });
    // After the letters: what it says of each of them is at least as new.
    await readLedgers(cluster, options.stage, counter.partitions, (partition, ledger) => counter.settle(partition, ledger), one);
    return read;
  });
  if (absent.size > 0) {
    terminal.err(`docket: ${absent.size} of the units named have no record there: ${[...absent].slice(0, 5).join(', ')}${absent.size > 5 ? ', …' : ''}\n`);
  }
  return operationPlan(kind.operation, options.stage.name, ranges, options, counter.counts(), options.rate);
}

function commandOf(plan: OperationPlan, options: PutBackOptions, context: CommandContext): OperationCommand {
  const { kind, stage, causes, units, ratePerSecond, eligible } = plan;
  // A partition without anything to put back has nothing to report either.
  const eligibleIn = new Set(plan.byPartition.filter((entry) => entry.eligible > 0).map((entry) => String(entry.partition)));
  const partitions = Object.fromEntries(Object.entries(plan.partitions).filter(([partition]) => eligibleIn.has(partition)));
  return { kind, id: randomUUID(), stage, state: 'requested', partitions, causes, units, ratePerSecond, planned: eligible, ...requestOf(options, context) };
}
