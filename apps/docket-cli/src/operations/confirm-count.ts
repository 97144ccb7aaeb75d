import { CliError, EXIT } from '../cli/exit.js';
import type { Terminal } from '../cli/terminal.js';

export interface ConfirmOptions {
  readonly run: boolean;
  readonly yes: boolean;
  readonly expect?: number;
}

/** Throws CliError (usage) where the options leave open whether the count is agreed to; before anything is read. */
export function checkConfirmation({ run, yes, expect }: ConfirmOptions, terminal: Terminal): void {
  if (!run && (yes || expect !== undefined)) throw new CliError(EXIT.usage, '--yes and --expect go with --run; without it nothing is done');
  if (yes && expect === undefined) throw new CliError(EXIT.usage, 'with --yes give --expect N: the count that the dry run showed');
  if (run && !yes && !terminal.canAsk) throw new CliError(EXIT.usage, 'nobody can be asked here: give --yes --expect N, the count that the dry run showed');
}

/** Throws CliError (refused), naming both counts, where the count agreed to is not that of the plan. */
export async function confirmCount({ yes, expect }: ConfirmOptions, planned: number, question: string, terminal: Terminal): Promise<void> {
  if (expect !== undefined && expect !== planned) {
    throw new CliError(EXIT.refused, `--expect says ${expect}, but ${planned} can be put back now: nothing was done. Look at the dry run again`);
  }
  if (yes) return;
  const typed = (await terminal.ask(`${question} Type ${planned} to go on: `)).trim();
  if (typed !== String(planned)) throw new CliError(EXIT.refused, `typed ${JSON.stringify(typed.slice(0, 40))}, not ${planned}: nothing was done`);
}
