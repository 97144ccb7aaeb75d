import { partitionOf } from '@docket/stage-kafka';
import { stringify } from 'yaml';
import { ROLES, type Role } from './roles.js';

export interface FunderPlan {
  readonly partitions: number;
  /** True: all on one partition of grants.validated, the worst case; false: on three. */
  readonly together: boolean;
}

/** A funder's id decides its partition: names that fall where the plan wants them. */
export function funderIds({ partitions, together }: FunderPlan): Readonly<Record<Role, string>> {
  const ids = ROLES.map((role, index) => {
    const wanted = together ? 0 : index % partitions;
    for (let n = 1; ; n += 1) {
      const id = `${role}-${n}`;
      if (partitionOf(id, partitions) === wanted) return [role, id] as const;
    }
  });
  return Object.fromEntries(ids) as Record<Role, string>;
}

/** What the throttling funder takes: what real ones do. */
export const RATE = { perSecond: 10, burst: 15 };
/** Of each call to the good and the failing funder. */
export const LATENCY_MS = 20;

/** The keys open nothing but the simulator of this run. */
const keyOf = (id: string) => `run-only-${id}`;
export const keyVariable = (role: Role) => `${role.toUpperCase()}_FUNDER_API_KEY`;

/** Environment of the executors. */
export function funderKeys(ids: Readonly<Record<Role, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(ROLES.map((role) => [keyVariable(role), keyOf(ids[role])]));
}

/** YAML for the simulator. */
export function simulatedFunders(ids: Readonly<Record<Role, string>>): string {
  return stringify({
    funders: [
      { id: ids.good, apiKey: keyOf(ids.good), latencyMs: LATENCY_MS },
      { id: ids.throttling, apiKey: keyOf(ids.throttling), rate: RATE, retryAfter: 'seconds' },
      { id: ids.failing, apiKey: keyOf(ids.failing), latencyMs: LATENCY_MS },
    ],
  });
}

/** YAML for the executors. */
export function funderRegistry(ids: Readonly<Record<Role, string>>, simulatorUrl: string): string {
  return stringify({
    funders: ROLES.map((role) => ({
      id: ids[role],
      connector: 'common-grants',
      repeat: 'idempotency-key',
      baseUrl: `${simulatorUrl}/funders/${ids[role]}`,
      apiKeyEnv: keyVariable(role),
      competitionId: '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21',
      formId: '9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33',
    })),
  });
}
