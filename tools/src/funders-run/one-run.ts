import { endAll } from '../install/run-tool.js';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LANES, topicCatalogue } from '@docket/contracts';
import { applyTopics, createKafka, RecordWriter, TopicNames } from '@docket/stage-kafka';
import { BrokerCluster } from '../chaos/broker-cluster.js';
import { IndependentReader } from '../chaos/independent-reader.js';
import { monotonicMs } from '../chaos/monotonic.js';
import { stablePorts } from '../chaos/stable-ports.js';
import type { Ports } from '../start/services.js';
import { funderIds, funderKeys, funderRegistry, simulatedFunders, type FunderPlan } from './funders.js';
import { GrantFeed } from './grant-feed.js';
import type { PlannedGrant } from './grant-plan.js';
import { grantServices, PORTS, serviceEnvironment } from './grant-services.js';
import type { PlannedKill } from './kill-plan.js';
import { OutcomeBoard } from './outcome-board.js';
import type { Role } from './roles.js';
import { ServiceFleet } from './service-fleet.js';
import { SimulatorAdmin, type FunderReport } from './simulator-admin.js';
import type { Latencies } from './statistics.js';
import { judge, type Verdict } from './verdict.js';

const ROOT = resolve(import.meta.dirname, '../../..');
/** All is out or nothing moves any more: longer than the longest retry delay and than the funder that is away. */
const STILL_MS = 90_000;
/** For what would come out twice. */
const AFTERMATH_MS = 3_000;
const POLL_MS = 100;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface OneRun {
  readonly name: string;
  /** Fed in this order: what warms up at once, and when that is closed the others, each at its instant. */
  readonly grants: readonly PlannedGrant[];
  /** The index of the first that is measured, in the plan of all. */
  readonly warmUp: number;
  readonly kills: readonly PlannedKill[];
  readonly perSecond: number;
  readonly failMs: number;
  readonly funders: FunderPlan;
  /** For data and logs; made. */
  readonly folder: string;
  readonly say: (text: string) => void;
  /** Told how to describe the run now. */
  readonly onProgress: (describe: () => string) => void;
  /** What is to be ended, last first; emptied by the run where it ends by itself. */
  readonly ends: (() => Promise<void> | void)[];
}

export interface OneRunResult {
  readonly name: string;
  readonly grants: Readonly<Record<Role, number>>;
  readonly verdict: Verdict;
  /** From reception to outcome, milliseconds; without the warm-up. */
  readonly latencyMs: Readonly<Record<Role, Latencies>>;
  readonly funders: Readonly<Record<Role, FunderReport | undefined>>;
  readonly kills: number;
  /** HTTP calls that the feed made again, by the status before; 0 where no answer came. */
  readonly retried: Readonly<Record<number, number>>;
  /** From the first measured grant to the last outcome. */
  readonly seconds: number;
  /** Of the feed alone. */
  readonly feedSeconds: number;
  /** Services that ended without being killed. */
  readonly defects: readonly string[];
}

/** A Kafka, the services, the feed and the kills; then what the funders and the topic say of it. */
export async function runOnce(run: OneRun): Promise<OneRunResult> {
  const { name, grants, kills, perSecond, failMs, folder, say, ends } = run;
  const ids = funderIds(run.funders);
  const funderOf = ({ role }: PlannedGrant) => ids[role];
  run.onProgress(() => `${name}: starting`);
  const { writer, names, brokers } = await openKafka(run);
  const [simulatorPort = 0, ...ports] = await stablePorts(PORTS + 1);
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const fundersFile = join(folder, 'registry.yaml');
  const simulatedFile = join(folder, 'simulated-funders.yaml');
  writeFileSync(fundersFile, funderRegistry(ids, simulatorUrl));
  writeFileSync(simulatedFile, simulatedFunders(ids));
  const services = grantServices({
    install: { root: ROOT, data: folder, brokers, prefix: names.prefix, ports: { ...NO_PORTS, funders: simulatorPort }, fundersFile },
    ports,
    env: { 'funder-simulator': { DOCKET_FUNDERS_FILE: simulatedFile }, executor: funderKeys(ids) },
  });
  const fleet = new ServiceFleet({ logFolder: folder, env: serviceEnvironment(), say });
  ends.push(() => fleet.killAll());
  await fleet.start([...services.beside, ...services.stages]);

  const board = new OutcomeBoard(grants);
  const reader = new IndependentReader({
    brokers, partitions: run.funders.partitions, topics: [names.toCluster('outcomes')], groupId: `${names.prefix}funders-run`,
    onRecord: ({ value }) => board.take(value),
  });
  await reader.start();
  ends.push(() => reader.stop());

  const admin = new SimulatorAdmin(simulatorUrl);
  const feed = new GrantFeed({ intakeUrls: services.intakeUrls, writer, funderOf, perSecond });
  ends.push(() => feed.close());
  let killed = 0;
  run.onProgress(() => {
    const { good, throttling, failing } = board.counts();
    return `${name}: ${feed.accepted} of ${grants.length} accepted, ${board.closed} closed (good ${good}, throttling ${throttling}, failing ${failing}), ${killed} of ${kills.length} kills`;
  });
  const [warmUp, measured] = [grants.filter((grant) => !grant.measured), grants.filter((grant) => grant.measured)];
  await feed.run(warmUp, 0);
  await untilClosed(board, warmUp.length);
  const startedAt = monotonicMs();
  await admin.failFor(ids.failing, failMs);
  const ended = new AbortController();
  const killing = runKills(kills, startedAt, ended.signal, async ({ service, awayMs }) => {
    killed += 1;
    say(`SIGKILL ${service}, back in ${(awayMs / 1000).toFixed(1)} s`);
    await fleet.kill(service, awayMs);
  });
  let feedSeconds = 0;
  const feeding = feed.run(measured, run.warmUp).then(() => void (feedSeconds = (monotonicMs() - startedAt) / 1000));
  try {
    await Promise.all([feeding, killing]);
  } finally {
    ended.abort();
  }
  await untilClosed(board, grants.length);
  const seconds = (monotonicMs() - startedAt) / 1000;
  await wait(AFTERMATH_MS);

  const [submissions, reports] = [await admin.submissions(), await admin.funders()];
  const verdict = judge(grants, submissions, board, funderOf);
  const of = <T>(make: (role: Role) => T): Record<Role, T> => ({ good: make('good'), throttling: make('throttling'), failing: make('failing') });
  run.onProgress(() => `${name}: stopping`);
  await fleet.stop();
  await endAll(ends);
  return {
    name, verdict,
    grants: of((role) => grants.filter((grant) => grant.role === role).length),
    latencyMs: board.latencies(),
    funders: of((role) => reports.find(({ id }) => id === ids[role])),
    kills: killed,
    retried: Object.fromEntries(feed.retried),
    seconds: Math.round(seconds),
    feedSeconds: Math.round(feedSeconds),
    defects: fleet.defects,
  };
}

/** Of the services that the run does not start; the others have their own. */
const NO_PORTS: Ports = { kafka: 0, intake: 0, intakePii: 0, console: 0, ocrEngine: 0, funders: 0, admin: 0 };

/** A broker of the run's own, with the topics that `npm start` makes, and a writer to them. */
async function openKafka({ folder, funders: { partitions }, ends, say }: OneRun) {
  mkdirSync(folder, { recursive: true });
  const cluster = await BrokerCluster.start({ nodes: 1, folder, onProgress: say });
  ends.push(() => cluster.stop());
  const { brokers } = cluster;
  const names = new TopicNames(`funders-${randomBytes(3).toString('hex')}.`);
  const client = (role: string, endless = false) => createKafka({ brokers, clientId: `${names.prefix}${role}`, log: quiet, endless });
  await applyTopics(client('admin'), names, topicCatalogue({ lanes: LANES.filter((lane) => lane !== 'classified'), partitions, replication: 1 }), 1);
  const writer = new RecordWriter(client('upstream', true), names);
  await writer.connect();
  ends.push(() => writer.close());
  return { names, writer, brokers };
}

/** Resolves when the last service is back. */
async function runKills(kills: readonly PlannedKill[], startedAt: number, signal: AbortSignal, kill: (planned: PlannedKill) => Promise<void>): Promise<void> {
  const under: Promise<void>[] = [];
  for (const planned of kills) {
    while (monotonicMs() - startedAt < planned.atMs) {
      if (signal.aborted) return;
      await wait(POLL_MS);
    }
    under.push(kill(planned));
  }
  await Promise.all(under);
}

async function untilClosed(board: OutcomeBoard, grants: number): Promise<void> {
  let closed = board.closed;
  let movedAt = monotonicMs();
  while (board.closed < grants && monotonicMs() - movedAt < STILL_MS) {
    await wait(POLL_MS);
    if (board.closed !== closed) movedAt = monotonicMs();
    closed = board.closed;
  }
}
