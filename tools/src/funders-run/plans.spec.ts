/** What a run does is decided by its seed and its options: grants and kills can be had again, and are spread as promised. */
import { partitionOf } from '@docket/stage-kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeededRandom } from '../chaos/random.js';
import { funderIds } from './funders.js';
import { payloadOf, planGrants } from './grant-plan.js';
import { planKills } from './kill-plan.js';
import { ROLES } from './roles.js';

const seeds = fc.nat();

it('grants: unique ids, the funders by their shares, half of each over either door, the warm-up first', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 10, max: 2_000 }), fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 50 }), (seed, units, percent, warmUp) => {
      const plan = () => planGrants({ units, throttledShare: percent / 100, warmUp, random: new SeededRandom(seed) });
      const grants = plan();
      expect(plan()).toEqual(grants);
      expect(new Set(grants.map(({ grantId }) => grantId)).size).toBe(units + warmUp);
      expect(grants.map(({ index }) => index)).toEqual(grants.map((_, index) => index));
      expect(grants.slice(0, warmUp).every(({ role, measured }) => role === 'good' && !measured)).toBe(true);
      const measured = grants.filter((grant) => grant.measured);
      const count = (role: string) => measured.filter((grant) => grant.role === role).length;
      expect(measured).toHaveLength(units);
      // As near as whole grants come: at just between two of them a double may fall to either side.
      expect(Math.abs(count('throttling') - (units * percent) / 100)).toBeLessThan(0.5 + 1e-9);
      expect(Math.abs(count('good') - count('failing'))).toBeLessThanOrEqual(1);
      for (const role of ROLES) {
        const over = (door: string) => grants.filter((grant) => grant.role === role && grant.door === door).length;
        expect(Math.abs(over('http') - over('kafka'))).toBeLessThanOrEqual(1);
      }
    }),
    { examples: [[0, 730, 35, 0]] },
  );
});

it('payloads: the lines of the budget come to the amount', () => {
  const cents = (amount: unknown) => Math.round(Number(amount) * 100);
  for (const grant of planGrants({ units: 1_000, throttledShare: 0.3, warmUp: 0, random: new SeededRandom(1) })) {
    const payload = payloadOf(grant, 'a-funder');
    const { lines } = payload['budget'] as { lines: readonly { amount: string }[] };
    expect(lines.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(payload['requestedAmount']));
  }
});

it('kills: in order, within the feed, each service as often as the others', () => {
  const services = ['a', 'b', 'c'];
  fc.assert(
    fc.property(seeds, fc.nat({ max: 40 }), fc.integer({ min: 1_000, max: 500_000 }), (seed, kills, overMs) => {
      const plan = () => planKills({ kills, overMs, services, random: new SeededRandom(seed) });
      const planned = plan();
      expect(plan()).toEqual(planned);
      expect(planned).toHaveLength(kills);
      expect(planned.map(({ atMs }) => atMs)).toEqual(planned.map(({ atMs }) => atMs).sort((a, b) => a - b));
      expect(planned.every(({ atMs }) => atMs >= 0 && atMs <= overMs)).toBe(true);
      const times = services.map((name) => planned.filter(({ service }) => service === name).length);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    }),
  );
});

it('funders: on one partition, or each on its own', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 24 }), fc.boolean(), (partitions, together) => {
      const ids = Object.values(funderIds({ partitions, together }));
      expect(new Set(ids).size).toBe(3);
      expect(new Set(ids.map((id) => partitionOf(id, partitions))).size).toBe(together ? 1 : 3);
    }),
  );
});
