import type { Random } from '../world/random.js';
import type { Cluster } from './cluster.js';
import type { Scenario } from './scenario.js';

/** Faults that strike at a moment; those that strike a request are the network's. */
const FAULTS: Readonly<Record<'crash' | 'freeze' | 'storm' | 'broker-away' | 'audit-refuses' | 'clock-jump' | 'stop-and-go', number>> = {
  crash: 30, freeze: 20, storm: 8, 'broker-away': 8, 'audit-refuses': 8, 'clock-jump': 10, 'stop-and-go': 16,
};

/** Schedules what is going to go wrong, all of it before the run is to calm down. */
export function scheduleFaults(random: Random, { chaos, calmAt }: Scenario, cluster: Cluster): void {
  cluster.time.after(calmAt, () => cluster.calm());
  if (chaos === 0) return;
  const { network } = cluster;
  const p = chaos * 0.002;
  network.faults = { 'lost-request': p, 'lost-answer': p, 'late-request': p, slow: 2 * p, 'crash-before': p / 2, 'crash-after': p / 2 };
  const strikes = random.int(0, Math.ceil(chaos * 7));
  for (let strike = 0; strike < strikes; strike++) {
    const fault = random.weighted(FAULTS);
    cluster.time.after(random.int(500, calmAt), () => apply(fault, random, cluster));
  }
}

function apply(fault: keyof typeof FAULTS, random: Random, cluster: Cluster): void {
  const { trace, network } = cluster;
  const living = cluster.living;
  if (fault === 'broker-away') {
    const ms = random.int(500, 15_000);
    trace.fault(fault, 'broker', `for ${ms} ms`);
    cluster.brokerAway(ms);
    return;
  }
  if (fault === 'audit-refuses') {
    const ms = random.int(500, 12_000);
    trace.fault(fault, 'audit', `for ${ms} ms`);
    cluster.auditRefuses(ms);
    return;
  }
  if (living.length === 0) return;
  const victim = random.pick(living);
  trace.fault(fault, victim.name);
  switch (fault) {
    case 'crash':
      return network.onCrash(victim.process);
    case 'freeze':
      return victim.process.freeze(random.chance(0.6) ? random.int(10_000, 25_000) : random.int(200, 9_000));
    case 'clock-jump':
      return victim.process.moveClock(random.int(-20_000, 20_000));
    case 'stop-and-go':
      return cluster.stopAndGo(victim, random.int(10, 8_000));
    case 'storm':
      for (let at = 0; at < 12_000; at += 2_000) {
        cluster.time.after(at, () => {
          const next = cluster.living;
          if (next.length > 0) cluster.stopAndGo(random.pick(next), random.int(10, 1_000));
        });
      }
  }
}
