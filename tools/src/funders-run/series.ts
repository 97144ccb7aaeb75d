import { join } from 'node:path';
import { MachineLoad } from '../chaos/machine-load.js';
import { monotonicMs } from '../chaos/monotonic.js';
import { ProgressLine } from '../chaos/progress-line.js';
import { SeededRandom } from '../chaos/random.js';
import { planGrants, type PlannedGrant } from './grant-plan.js';
import { planKills } from './kill-plan.js';
import { runOnce, type OneRun } from './one-run.js';
import type { FundersOptions } from './options.js';
import { resultOf, type FundersResult } from './result.js';

/** First, for the good funder, until the services' code is compiled: not measured. */
const WARM_UP = 120;
const KILLED = ['intake-1', 'intake-2', 'validator-1', 'validator-2', 'executor-1', 'executor-2'];

/** All runs of a series, one after the other. `folder` takes data and logs. */
export async function runSeries(options: FundersOptions, folder: string, ends: OneRun['ends']): Promise<FundersResult> {
  const { units, quietUnits, kills, perSecond, throttledShare, failMs, partitions, together, seed } = options;
  // A stream each: what one draws does not change what the others do.
  const random = (stream: number) => new SeededRandom(seed * 8 + stream);
  const startedAt = monotonicMs();
  let describe = () => 'starting';
  const line = new ProgressLine(() => `${Math.round((monotonicMs() - startedAt) / 1000)} s, ${describe()}`);
  const say = (text: string) => line.say(`${((monotonicMs() - startedAt) / 1000).toFixed(1).padStart(7)} ${text}`);
  const load = new MachineLoad();
  const one = (name: string, grants: readonly PlannedGrant[], killed: OneRun['kills']) => {
    say(`${name}: ${grants.length} grants, ${killed.length} kills`);
    return runOnce({
      name, grants, perSecond, failMs, say, ends,
      warmUp: WARM_UP,
      kills: killed,
      funders: { partitions, together },
      folder: join(folder, name.replaceAll(/[^a-z]+/g, '-')),
      onProgress: (text) => void (describe = text),
    });
  };
  const planned = planKills({ kills, overMs: (units * 1_000) / perSecond, services: KILLED, random: random(2) });
  const plan = (count: number) => planGrants({ units: count, throttledShare, warmUp: WARM_UP, random: random(1) });
  const good = (grants: readonly PlannedGrant[]) => grants.filter(({ role }) => role === 'good');
  try {
    const [quiet, all] = [plan(quietUnits), plan(units)];
    const calm = quietUnits === 0 ? undefined : { alone: await one('alone', good(quiet), []), together: await one('together', quiet, []) };
    const killed = {
      alone: options.once ? undefined : await one('alone, kills', good(all), planned),
      together: await one('together, kills', all, planned),
    };
    return resultOf({ options, calm, killed, load: { average: load.end(), cores: load.cores }, seconds: Math.round((monotonicMs() - startedAt) / 1000) });
  } finally {
    load.end();
    line.end();
  }
}
