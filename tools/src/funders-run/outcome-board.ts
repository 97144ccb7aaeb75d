import { z } from 'zod';
import type { PlannedGrant } from './grant-plan.js';
import { ROLES, type Role } from './roles.js';
import { latencies, type Latencies } from './statistics.js';

/** As much of an outcome as the run asks for. */
const outcomeSchema = z.object({
  correlationId: z.string(),
  state: z.string(),
  closedAt: z.iso.datetime(),
  code: z.string().optional(),
  unit: z.object({ receivedAt: z.iso.datetime(), ids: z.object({ grantId: z.string() }) }),
  references: z.object({ receiptId: z.string().optional() }).optional(),
});

export interface GrantOutcome {
  readonly state: string;
  readonly code: string | undefined;
  readonly receiptId: string | undefined;
  readonly correlationId: string;
  /** Milliseconds from when intake received it until it was closed. */
  readonly tookMs: number;
}

/** What the topic `outcomes` says of the grants of a run. */
export class OutcomeBoard {
  /** Records that are no outcome of a grant of this run. */
  strangers = 0;
  readonly #grants: ReadonlyMap<string, PlannedGrant>;
  readonly #outcomes = new Map<string, GrantOutcome[]>();

  constructor(grants: readonly PlannedGrant[]) {
    this.#grants = new Map(grants.map((grant) => [grant.grantId, grant]));
  }

  take(value: Buffer | null): void {
    const outcome = outcomeSchema.safeParse(parsed(value)).data;
    const grantId = outcome?.unit.ids.grantId;
    if (!outcome || grantId === undefined || !this.#grants.has(grantId)) {
      this.strangers += 1;
      return;
    }
    const { state, code, correlationId, closedAt, unit, references } = outcome;
    const tookMs = Date.parse(closedAt) - Date.parse(unit.receivedAt);
    this.#outcomes.set(grantId, [...this.of(grantId), { state, code, correlationId, receiptId: references?.receiptId, tookMs }]);
  }

  /** All that were written for a grant, oldest first. */
  of(grantId: string): readonly GrantOutcome[] {
    return this.#outcomes.get(grantId) ?? [];
  }

  /** Grants that have an outcome, by funder. */
  counts(): Readonly<Record<Role, number>> {
    const counts = { good: 0, throttling: 0, failing: 0 };
    for (const id of this.#outcomes.keys()) {
      const role = this.#grants.get(id)?.role;
      if (role) counts[role] += 1;
    }
    return counts;
  }

  get closed(): number {
    return this.#outcomes.size;
  }

  /** Of the measured grants. */
  latencies(): Readonly<Record<Role, Latencies>> {
    const times = (role: Role) =>
      [...this.#grants.values()].filter((grant) => grant.role === role && grant.measured).flatMap(({ grantId }) => this.of(grantId).at(-1)?.tookMs ?? []);
    return Object.fromEntries(ROLES.map((role) => [role, latencies(times(role))])) as Record<Role, Latencies>;
  }
}

function parsed(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
