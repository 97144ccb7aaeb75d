import { controlKey, HEADER, ownTopics, type OperationCommand } from '@docket/contracts';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Witness } from '../check/witness.js';
import type { Random } from '../world/random.js';
import type { Scenario } from './scenario.js';

/** Asks for a redrive of all that is dead, or a release of all that is parked, at this moment. */
export function requestOperation(
  kind: OperationCommand['kind'], random: Random, { spec }: Scenario, broker: SimulatedBroker, witness: Witness, now: number,
): void {
  const { dlq, parked } = ownTopics(spec);
  const logs = broker.logs(kind === 'redrive' ? dlq : parked);
  const wanted = kind === 'redrive' ? 'dead' : 'parked';
  const partitions: Record<string, { from: string; upTo: string }> = {};
  const units = new Map<number, Set<string>>();
  for (const log of logs) {
    const records = log.all();
    if (records.length === 0) continue;
    partitions[String(log.partition)] = { from: String(log.low), upTo: String((records.at(-1)?.offset ?? 0n) + 1n) };
    const ids = records.map(({ headers }) => headers[HEADER.unit] ?? '');
    units.set(log.partition, new Set(ids.filter((id) => witness.ledger.of(log.partition, id)?.state === wanted)));
  }
  if (units.size === 0) return;
  const command: OperationCommand = {
    kind, id: random.uuid(), stage: spec.name, state: 'requested', partitions, causes: [], units: [], ratePerSecond: random.pick([5, 50, 1_000]),
    planned: 0, by: 'operator', at: new Date(now).toISOString(), reason: 'simulated',
  };
  witness.operations.asked(command.id, units);
  broker.append({ topic: 'control.commands', key: controlKey(command), value: Buffer.from(JSON.stringify(command)), headers: {} });
}
