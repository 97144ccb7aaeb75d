import type { SeededRandom } from '../chaos/random.js';
import type { Role } from './roles.js';

export type Door = 'http' | 'kafka';

/** One grant of the run. */
export interface PlannedGrant {
  /** Its place in the feed: sent at `index / rate` seconds. */
  readonly index: number;
  readonly grantId: string;
  readonly role: Role;
  readonly door: Door;
  /** False while the services warm up: it must be submitted once as all others, but its time does not count. */
  readonly measured: boolean;
}

export interface GrantPlanOptions {
  readonly units: number;
  /** Share of the grants that go to the throttling funder; the other two have half of the rest each. */
  readonly throttledShare: number;
  /** So many for the good funder come first, not measured. */
  readonly warmUp: number;
  readonly random: SeededRandom;
}

/** Grants in the order in which they are fed: funders in random order, doors in turn for each funder. */
export function planGrants({ units, throttledShare, warmUp, random }: GrantPlanOptions): PlannedGrant[] {
  const run = random.whole(0, 0xff_ffff).toString(16).padStart(6, '0');
  const throttled = Math.round(units * throttledShare);
  const good = Math.ceil((units - throttled) / 2);
  const roles = random.shuffled(Array.from({ length: units }, (_, n): Role => (n < good ? 'good' : n < good + throttled ? 'throttling' : 'failing')));
  const seen: Record<Role, number> = { good: 0, throttling: 0, failing: 0 };
  return [...Array.from({ length: warmUp }, (): Role => 'good'), ...roles].map((role, index) => ({
    index, role,
    grantId: `GR-${run}-${String(index).padStart(6, '0')}`,
    door: seen[role]++ % 2 === 0 ? 'http' : 'kafka',
    measured: index >= warmUp,
  }));
}

/** The payload of a valid grant, with a budget: about 1 KB. */
export function payloadOf({ grantId, index }: PlannedGrant, funderId: string): Readonly<Record<string, unknown>> {
  const lines = ['staff', 'travel', 'equipment', 'materials', 'audit'].map((category, line) => ({
    category, description: `${category} for the whole period of the grant, as in the application's narrative`, amount: `${1_000 * (line + 1) + (index % 900)}.50`,
  }));
  return {
    grantId,
    applicantOrg: 'Example County Airport Authority',
    applicantUei: 'YNDUZMUZF8H8',
    funder: funderId,
    requestedAmount: `${15_000 + 5 * (index % 900) + 2}.50`,
    currencyCode: 'USD',
    submissionDeadline: '2030-06-28',
    budget: { lines, normalization: { module: 'excel-budget-template-sync', version: '1.4.0', digest: '5d'.repeat(32) } },
  };
}
