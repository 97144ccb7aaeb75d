import { ownTopics } from '@docket/contracts';
import { SimulatedBroker } from './broker/simulated-broker.js';
import { FinalCheck } from './check/final-check.js';
import type { Violation } from './check/violation.js';
import { Witness } from './check/witness.js';
import type { Mutant } from './mutants/mutant.js';
import { Cluster } from './scenario/cluster.js';
import { applyDamage } from './scenario/damage.js';
import { scheduleFaults } from './scenario/faults.js';
import { inputRecord } from './scenario/instance.js';
import { requestOperation } from './scenario/operations.js';
import { planScenario } from './scenario/scenario.js';
import { Network } from './world/network.js';
import { Random } from './world/random.js';
import { Trace } from './world/trace.js';
import { VirtualTime } from './world/virtual-time.js';

export interface SimulateOptions {
  /** Keeps the trace. */
  readonly trace?: boolean;
  /** Runs with a deliberate bug. */
  readonly mutant?: Mutant;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly faults: Readonly<Record<string, number>>;
  readonly units: number;
  readonly handlers: number;
  readonly commits: number;
  /** Steps of the simulation. */
  readonly steps: number;
  /** Virtual milliseconds. */
  readonly virtualMs: number;
  /** Empty where it was not asked for. */
  readonly trace: readonly string[];
}

/** Time that a run has, once faults have stopped, to end all it has begun; beyond, it is stalled. */
const PATIENCE_MS = 3_600_000;
/** Time after the end in which nothing may happen any more. */
const AFTERWARDS_MS = 3_000;

/** One run of the streaming core on a simulated broker, decided by the seed alone, and what its checks say. */
export async function simulate(seed: number, { trace: traced = false, mutant }: SimulateOptions = {}): Promise<SimulationResult> {
  const scenario = planScenario(seed);
  const { spec, partitions, sessionMs, arrivals, calmAt } = scenario;
  const time = new VirtualTime();
  const begun = time.now;
  const trace = new Trace(traced, () => time.now - begun);
  const network = new Network(time, new Random(seed, 2), trace, scenario.latencyMs);
  const broker = new SimulatedBroker({
    time, random: new Random(seed, 3), partitions, group: { sessionMs, rebalanceMs: 15_000 }, transactionTimeoutMs: 10_000,
  });
  const witness = new Witness(spec, trace);
  broker.onCommit = (decided) => witness.decided(decided);
  const plans = new Map(arrivals.map(({ unit }) => [unit.id, unit]));
  const throttles = new Map(arrivals.map(({ unit }) => [unit.id, unit.throttles]));
  const stuck = new Set(arrivals.filter(({ unit }) => unit.stuck).map(({ unit }) => unit.id));
  const undo = mutant?.patch?.();
  try {
    const cluster = new Cluster(new Random(seed, 4), {
      scenario, time, trace, network, broker, witness, plans, throttles, stuck,
      ...(mutant?.makePort && { makePort: mutant.makePort }), ...(mutant?.uncommitted && { uncommitted: true }), ...(mutant?.deliver && { alter: mutant.deliver }),
    });
    trace.note('scenario', () => `${spec.name}, ${partitions} partitions, ${scenario.instances} instances, ${arrivals.length} records, chaos ${scenario.chaos}`);
    for (const { at, unit, digest } of arrivals) {
      time.after(at, () => witness.arrived(broker.append(inputRecord(scenario, unit, digest)), unit, digest));
    }
    const operator = new Random(seed, 6);
    for (const { at, kind } of scenario.operations) time.after(at, () => requestOperation(kind, operator, scenario, broker, witness, time.now));
    const { damage } = scenario;
    if (damage) time.after(damage.at, () => applyDamage(damage.kind, new Random(seed, 7), scenario, broker, trace));
    for (let number = 1; number <= scenario.instances; number++) cluster.start(`i${number}`);
    scheduleFaults(new Random(seed, 5), scenario, cluster);
    const over = () => witness.violations.length > 0 || witness.refused;
    const done = () => over() || (time.now > begun + calmAt && witness.operations.settled && witness.released && isQuiet(broker, spec));
    await time.run(begun + calmAt + 1_000, over);
    const ended = await time.run(begun + calmAt + PATIENCE_MS, done);
    if (!over()) {
      if (!ended) witness.report('progress', `long after faults have stopped: ${stillOpen(witness, broker, spec)}`);
      else await time.run(time.now + AFTERWARDS_MS);
      new FinalCheck(scenario, broker, witness).run();
    }
  } finally {
    undo?.();
  }
  return {
    seed, violations: witness.violations, faults: trace.faults, units: plans.size, handlers: witness.handlers.handlers, commits: witness.commits,
    steps: time.steps, virtualMs: time.now - begun, trace: trace.lines,
  };
}

/** All that was written to the input and to the retry topics is committed. */
/** What a run still waits for. */
function stillOpen(witness: Witness, broker: SimulatedBroker, spec: Parameters<typeof ownTopics>[0]): string {
  if (!witness.operations.settled) return 'an operation is not through';
  if (!witness.released) return 'what was parked until a time is not released';
  const behind = [spec.input, ...ownTopics(spec).retry].flatMap((topic) =>
    broker.logs(topic).flatMap((log) => {
      // An idle partition does not commit again what was lost.
      const committed = broker.offsets.reached(topic, log.partition);
      const next = log.read(committed, 1).records[0];
      if (log.lastStable === log.high && !next) return [];
      return [`${topic}/${log.partition} at ${committed} of ${log.high}${next ? `, next ${String(next.offset)}` : ', in a transaction'}`];
    }));
  return behind.join('; ');
}

function isQuiet(broker: SimulatedBroker, spec: Parameters<typeof ownTopics>[0]): boolean {
  return [spec.input, ...ownTopics(spec).retry].every((topic) =>
    broker.logs(topic).every((log) => {
      const committed = broker.offsets.reached(topic, log.partition);
      return log.lastStable === log.high && log.read(committed, 1).records.length === 0;
    }));
}
