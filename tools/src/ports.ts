import { DocketError } from '@docket/contracts';
import { portState } from '@docket/testing';

export interface PortNeed {
  readonly port: number;
  /** What opens it: `console`, `metrics of validator`. */
  readonly usedFor: string;
  /** How to choose another one: `--console-port`, `set DOCKET_CONSOLE_PORT`. Default: it cannot be changed. */
  readonly change?: string;
}

/**
 * Makes sure that every port can be opened. Throws DOCKET_PORT (critical) that tells all that cannot, and of those
 * that are wanted twice, with the way out of each.
 */
export async function assertPortsFree(needs: readonly PortNeed[]): Promise<void> {
  const found = await Promise.all(needs.map((need) => problemOf(need, needs)));
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new DocketError('DOCKET_PORT', `not every port can be had:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}

async function problemOf(need: PortNeed, needs: readonly PortNeed[]): Promise<string | undefined> {
  const subject = `port ${need.port} (${need.usedFor})`;
  const otherwise = need.change === undefined ? '' : `, or choose another: ${need.change}`;
  const first = needs.find((other) => other.port === need.port);
  if (first !== undefined && first !== need) return `${subject} is wanted for ${first.usedFor} too${need.change === undefined ? '' : `; choose another: ${need.change}`}`;
  switch (await portState(need.port)) {
    case 'free':
      return undefined;
    case 'in use':
      return `${subject} is in use: stop what listens there (lsof -i :${need.port})${otherwise}`;
    case 'not permitted':
      return `${subject} may not be opened by this user${otherwise}`;
  }
}
