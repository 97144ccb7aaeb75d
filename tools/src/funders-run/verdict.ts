import type { PlannedGrant } from './grant-plan.js';
import type { OutcomeBoard } from './outcome-board.js';
import type { SubmissionAtFunder } from './simulator-admin.js';

const MAX_EXAMPLES = 10;

/** What became of the grants of a run; all but `submittedOnce` must be 0. */
export interface Verdict {
  /** At the right funder exactly once, with one outcome, `submitted`, that names the receipt of that submission. */
  readonly submittedOnce: number;
  /** Not at the funder. */
  readonly lost: number;
  /** At the funders more than once. */
  readonly doubled: number;
  /** With another outcome than `submitted`, or none. */
  readonly otherOutcome: number;
  /** With more than one outcome on the topic. */
  readonly outcomeDoubled: number;
  /** Submitted once, but to another funder, or with another receipt than the outcome says. */
  readonly mismatched: number;
  /** Submissions and outcomes of what was never fed. */
  readonly unknown: number;
  /** The first of those that are wrong. */
  readonly examples: readonly string[];
}

/** Holds what was fed against what the funders received and what the topic `outcomes` says. */
export function judge(
  grants: readonly PlannedGrant[],
  submissions: readonly SubmissionAtFunder[],
  board: OutcomeBoard,
  funderOf: (grant: PlannedGrant) => string,
): Verdict {
  const received = Map.groupBy(submissions, ({ grantId }) => grantId ?? '');
  const fed = new Set(grants.map(({ grantId }) => grantId));
  const strangers = submissions.filter(({ grantId }) => grantId === null || !fed.has(grantId)).length;
  const counts = { submittedOnce: 0, lost: 0, doubled: 0, otherOutcome: 0, outcomeDoubled: 0, mismatched: 0, unknown: strangers + board.strangers };
  const examples: string[] = [];
  for (const grant of grants) {
    const problems = problemsOf(grant, received.get(grant.grantId) ?? [], board, funderOf(grant));
    for (const problem of problems) counts[problem] += 1;
    if (problems.length === 0) counts.submittedOnce += 1;
    else if (examples.length < MAX_EXAMPLES) examples.push(`${grant.grantId} (${grant.role}, over ${grant.door}): ${problems.join(', ')}, outcome ${statesOf(grant, board)}`);
  }
  return { ...counts, examples };
}

/** Each grant was submitted exactly once, and nothing else was. */
export function isExact({ submittedOnce, unknown }: Verdict, grants: number): boolean {
  return submittedOnce === grants && unknown === 0;
}

type Problem = 'lost' | 'doubled' | 'otherOutcome' | 'outcomeDoubled' | 'mismatched';

function problemsOf({ grantId }: PlannedGrant, received: readonly SubmissionAtFunder[], board: OutcomeBoard, funder: string): Problem[] {
  const outcomes = board.of(grantId);
  const [submission] = received;
  const [outcome] = outcomes;
  const mismatched = received.length === 1 && (submission?.funder !== funder || (outcome?.state === 'submitted' && outcome.receiptId !== submission.receiptId));
  const found: readonly (readonly [Problem, boolean])[] = [
    ['lost', received.length === 0],
    ['doubled', received.length > 1],
    ['mismatched', mismatched],
    ['otherOutcome', outcomes.at(-1)?.state !== 'submitted'],
    ['outcomeDoubled', outcomes.length > 1],
  ];
  return found.flatMap(([problem, holds]) => (holds ? [problem] : []));
}

function statesOf({ grantId }: PlannedGrant, board: OutcomeBoard): string {
  return board.of(grantId).map(({ state, code }) => (code === undefined ? state : `${state} ${code}`)).join(' then ') || 'none';
}
