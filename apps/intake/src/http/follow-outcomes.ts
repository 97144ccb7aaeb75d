import { isUuid, laneTopic, SHA256_HEX, type Clock } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { TopicTable } from '@docket/stage-kafka';
import type { IntakeRuntime } from '../tokens.js';
import type { ReplayTable } from './replay-table.js';

/** The outcome of a repeat or of a conflict tells of the other payload, not of the one that was taken. */
const OF_ANOTHER = new Set<unknown>(['duplicate', 'conflict']);

/** Follows the outcomes of the lane beside the start: until it has caught up a repeat may be produced again, and the ledger recognises it. */
export function followOutcomes({ kafka, names, context }: IntakeRuntime, table: ReplayTable): TopicTable {
  const die = (err: unknown) => {
    context.logger.fatal('the front door stopped following the outcomes', { err });
    process.exit(1);
  };
  const topic = laneTopic(context.settings.lane, 'outcomes');
  const outcomes = new TopicTable(kafka, names, [topic], learnFromOutcomes(table, context.clock), die);
  outcomes.start().catch(die);
  return outcomes;
}

/** Feeds the table of known submissions with what became of them, whichever instance took them in. */
export function learnFromOutcomes(table: ReplayTable, clock: Clock): (record: InputRecord) => void {
  return ({ value }) => {
    if (!value) return;
    const outcome = readOutcome(value);
    if (outcome) table.learn(outcome.correlationId, outcome, clock.now() - outcome.closedAt);
  };
}

interface Seen {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly digest: string;
  readonly closedAt: number;
}

/** Undefined where it tells of no submission that is known by its digest; another program's record must not stop the table. */
function readOutcome(value: Uint8Array): Seen | undefined {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  const { correlationId, batchTraceId, state, closedAt, unit } = members(given);
  const { digest } = members(unit);
  if (OF_ANOTHER.has(state) || typeof correlationId !== 'string' || !isUuid(correlationId) || typeof batchTraceId !== 'string') return undefined;
  if (typeof digest !== 'string' || !SHA256_HEX.test(digest) || typeof closedAt !== 'string') return undefined;
  const at = Date.parse(closedAt);
  return Number.isNaN(at) ? undefined : { correlationId, batchTraceId, digest, closedAt: at };
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
