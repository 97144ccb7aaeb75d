import { ownTopics } from '@docket/contracts';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Random } from '../world/random.js';
import type { Trace } from '../world/trace.js';
import type { Damage, Scenario } from './scenario.js';

/** Breaks what the guarantees stand on. A task that opens on it must find out, or be right all the same. */
export function applyDamage(damage: Damage, random: Random, { spec }: Scenario, broker: SimulatedBroker, trace: Trace): void {
  const partition = random.int(0, broker.partitions - 1);
  const log = broker.log(ownTopics(spec).ledger, partition);
  const records = log.all();
  const committed = broker.offsets.get(spec.input, partition);
  trace.fault(damage, 'broker', `partition ${partition}`);
  if (damage === 'ledger-corrupt') {
    if (records.length > 0) log.corrupt(Number(random.pick(records).offset), random.int(0, 1_000));
  } else if (damage === 'ledger-truncated') {
    log.truncate(random.int(log.low, log.lastStable));
  } else if (damage === 'offsets-lost') {
    broker.offsets.forget(spec.input, partition);
  } else if (committed !== undefined) {
    broker.offsets.move(spec.input, partition, committed + random.int(1, 5));
  }
}
