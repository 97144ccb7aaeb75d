import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { applyTopics, createKafka, RecordWriter, TopicNames } from '@docket/stage-kafka';
import { planActions } from './action-plan.js';
import { BrokerCluster } from './broker-cluster.js';
import { ChaosDriver } from './chaos-driver.js';
import { Feeder } from './feeder.js';
import { Fleet } from './fleet.js';
import { IncidentLog } from './incident-log.js';
import { MachineLoad } from './machine-load.js';
import { monotonicMs } from './monotonic.js';
import type { ChaosOptions } from './options.js';
import { checkOutput, OutputPass } from './output-check.js';
import { Pacemaker } from './pacemaker.js';
import { chaosTopics, OUTPUT, STAGES } from './pipeline.js';
import { ProgressLine } from './progress-line.js';
import { SeededRandom } from './random.js';
import { resultOf, type ChaosResult } from './result.js';
import { TaskBoard } from './task-board.js';
import { UnitPlan } from './unit-plan.js';

/** All is out or nothing moves any more. */
const STILL_MS = 60_000;
/** For what would come out twice. */
const AFTERMATH_MS = 3_000;
const POLL_MS = 200;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What is to be ended when the run is over, however it ends; last first. */
export type Ends = (() => Promise<void> | void)[];

/** One run: cluster, workers, units, chaos, and the check of what came out. `folder` takes data and logs. */
export async function runChaos(options: ChaosOptions, folder: string, ends: Ends): Promise<ChaosResult> {
  const { partitions, sessionMs, seed } = options;
  // A stream each: what one draws does not change what the others do.
  const random = (stream: number) => new SeededRandom(seed * 8 + stream);
  const units = new UnitPlan(options.units, random(1));
  const planned = planActions(options, random(2));
  const startedAt = monotonicMs();
  let describe = () => 'starting';
  const line = new ProgressLine(() => `${Math.round((monotonicMs() - startedAt) / 1000)} s: ${describe()}`);
  ends.push(() => line.end());
  const say = (text: string) => line.say(`${((monotonicMs() - startedAt) / 1000).toFixed(1).padStart(7)} ${text}`);

  const { cluster, names, writer } = await openCluster(options, folder, ends, say);
  const { brokers } = cluster;
  const output = { brokers, names, partitions, counts: units.counts };
  const watched = new OutputPass(output, [OUTPUT], 'watch');
  await watched.start();
  ends.push(() => watched.stop());
  const board = new TaskBoard(STAGES.map(({ name }) => name), partitions);
  const fleet = new Fleet({ brokers, prefix: names.prefix, sessionMs, seed, logFolder: folder, board, say });
  ends.push(() => fleet.kill());
  const incidents = new IncidentLog();
  const driver = new ChaosDriver({ fleet, board, cluster, incidents, random: random(3), say, progress: () => watched.tally.unique, units: options.units });
  for (let n = 0; n < options.instances; n += 1) fleet.start();
  say(`${options.instances} workers start`);
  await driver.heal();
  fleet.stands.length = 0;

  const feeder = new Feeder(units, writer, random(4));
  describe = () => `${feeder.sent} of ${options.units} units sent, ${watched.tally.unique} came out, ${fleet.running.length} workers`;
  const fedFrom = monotonicMs();
  const load = new MachineLoad();
  ends.push(() => void load.end());
  let failed: Error | undefined;
  feeder.done.catch((error: unknown) => (failed = error instanceof Error ? error : new Error('the feeder failed', { cause: error })));
  const pacemaker = new Pacemaker(feeder, sessionMs);
  ends.push(() => pacemaker.end());
  for (const [index, action] of planned.entries()) {
    pacemaker.next(planned.slice(index));
    await driver.run(action);
    if (failed) throw failed;
  }
  pacemaker.end();
  say('no more chaos: all is healed');
  await driver.heal();
  await feeder.done;
  await untilOut(watched, options.units);
  const seconds = (monotonicMs() - fedFrom) / 1000;
  say('stopping the workers, reading what came out');
  await fleet.stop();
  const tally = await checkOutput(output, writer);
  line.end();
  return resultOf({
    options, tally, incidents, fleet, seconds,
    repeated: feeder.repeated,
    load: { average: load.end(), cores: load.cores },
    unrecovered: driver.unrecovered,
  });
}

async function untilOut(pass: OutputPass, units: number): Promise<void> {
  const from = monotonicMs();
  while (pass.tally.unique < units && monotonicMs() - Math.max(from, pass.movedAt) < STILL_MS) await wait(POLL_MS);
  await wait(AFTERMATH_MS);
}

/** Brokers with the topics of the chain, and a writer to them. */
async function openCluster({ brokers: nodes, partitions }: ChaosOptions, folder: string, ends: Ends, say: (text: string) => void) {
  const cluster = await BrokerCluster.start({ nodes, folder, onProgress: say });
  ends.push(() => cluster.stop());
  const { brokers } = cluster;
  const names = new TopicNames(`chaos-${randomBytes(3).toString('hex')}.`);
  await applyTopics(createKafka({ brokers, clientId: `${names.prefix}admin`, log: quiet }), names, chaosTopics(partitions, nodes), nodes);
  const writer = new RecordWriter(createKafka({ brokers, clientId: `${names.prefix}feeder`, log: quiet, endless: true }), names);
  await writer.connect();
  ends.push(() => writer.close());
  return { cluster, names, writer };
}
