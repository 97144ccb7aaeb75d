import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '@docket/contracts';
import { TopicTable } from '@docket/stage-kafka';
import { ProgressLine } from '../chaos/progress-line.js';
import { stablePorts } from '../chaos/stable-ports.js';
import { writeKeysFile } from '../install/api-keys.js';
import { LocalInstall, type Ends } from '../install/local-install.js';
import { residentMiB } from '../install/memory.js';
import { readAdmission } from './admission-probe.js';
import { drawFigure } from './figure.js';
import { chooseFunders, FUNDER_KEY, FUNDER_KEY_ENV, registryFile, simulatorFile } from './funders.js';
import { Ledger } from './ledger.js';
import type { OverloadOptions } from './options.js';
import { Pace } from './pace.js';
import { checksOf, memoryGrowth, openAgainAfter, settingsOf, type OverloadResult } from './result.js';
import { toCsv, type Sample } from './sample.js';
import { Senders, UPSTREAM_SOURCE, UPSTREAM_TENANT } from './senders.js';
import { agrees } from './true-lag.js';

const PARTITIONS = 6;
const WARM_UP_SECONDS = 15;
/** At half of what the funders take: long enough to see that it stays open, and no longer than this where it does not open. */
const LEAST_RECOVERY_SECONDS = 30;
const MOST_RECOVERY_SECONDS = 300;
const CALM_SECONDS = 15;
const STILL_MS = 60_000;
/** An operator knows roughly what the stages bear: twice of what they do. */
const CEILING = 2;

/** One run: everything real but the funders, whose limits make the sustainable rate known. */
export async function runOverload(options: OverloadOptions, folder: string, ends: Ends): Promise<OverloadResult> {
  const { minutes, factor, sustainable, target, kafkaShare, out, figure } = options;
  const ceiling = Math.round(CEILING * sustainable);
  let describe = () => 'starting';
  const line = new ProgressLine(() => describe());
  ends.push(() => line.end());
  const install = await LocalInstall.open({ folder, partitions: PARTITIONS, ends, say: (text) => line.say(text) });
  const funders = chooseFunders(PARTITIONS);
  const [httpPort = 0, funderPort = 0] = await stablePorts(2);
  const key = writeKeysFile(join(folder, 'api-keys.yaml'), 'overload');
  writeFileSync(join(folder, 'simulator.yaml'), simulatorFile(funders));
  writeFileSync(join(folder, 'funders.yaml'), registryFile(funders, funderPort, sustainable));
  line.say('starting intake, validator, executor, lag collector and funder simulator');
  await install.start([
    { name: 'funder-simulator', app: 'funder-simulator', onKafka: false, env: { DOCKET_HTTP_PORT: funderPort, DOCKET_JOURNAL_FILE: join(folder, 'journal.jsonl'), DOCKET_FUNDERS_FILE: join(folder, 'simulator.yaml'), [FUNDER_KEY_ENV]: FUNDER_KEY } },
    { name: 'lag-collector', app: 'lag-collector', env: { DOCKET_INTERVAL_MS: 1_000 } },
    {
      name: 'intake', app: 'intake',
      env: {
        DOCKET_HTTP_PORT: httpPort, DOCKET_HTTP_HOST: '127.0.0.1', DOCKET_SOURCES: `${UPSTREAM_SOURCE}=${UPSTREAM_TENANT}`, DOCKET_API_KEYS_FILE: join(folder, 'api-keys.yaml'),
        DOCKET_GRANTS_TARGET_SECONDS: target, DOCKET_GRANTS_CEILING: ceiling,
        // What the funders take within the target may wait for them, and no more.
        DOCKET_GRANTS_CAPACITY: Math.round(sustainable * target),
      },
    },
    { name: 'validator', app: 'validator', env: {} },
    { name: 'executor', app: 'executor', env: { DOCKET_FUNDERS_FILE: join(folder, 'funders.yaml'), [FUNDER_KEY_ENV]: FUNDER_KEY } },
  ]);

  const ledger = new Ledger();
  const table = new TopicTable(install.kafka('ledger'), install.names, Ledger.TOPICS, (record) => ledger.apply(record), () => undefined);
  await table.start();
  ends.push(() => table.stop());
  const senders = new Senders(`http://127.0.0.1:${httpPort}`, key, install.writer, funders, ledger);
  ends.push(() => senders.close());
  const http = new Pace(systemClock, () => senders.http());
  const kafka = new Pace(systemClock, () => senders.kafka());
  ends.push(() => [http, kafka].forEach((pace) => pace.stop()));

  const samples: Sample[] = [];
  const begin = Date.now() + WARM_UP_SECONDS * 1_000;
  let before = { at: Date.now(), http: 0, kafka: 0, accepted: 0, refused: 0, letIn: 0, ended: 0 };
  const sample = async (phase: Sample['phase']): Promise<Sample> => {
    const { offers } = senders;
    const now = { at: Date.now(), http: offers.http, kafka: offers.kafka, accepted: offers.accepted, refused: offers.refusedInAll, letIn: ledger.workUnits, ended: ledger.closed };
    // On a busy machine more than a second may have passed.
    const rate = (name: Exclude<keyof typeof now, 'at'>) => Math.round(((now[name] - before[name]) * 10_000) / Math.max(1, now.at - before.at)) / 10;
    const admission = await readAdmission(install.adminPorts.get('intake') ?? 0);
    const lags = [...ledger.latest.values()];
    const taken: Sample = {
      second: Math.round((Date.now() - begin) / 100) / 10, phase,
      offeredHttp: rate('http'), offeredKafka: rate('kafka'), acceptedHttp: rate('accepted'), refused: rate('refused'), letIn: rate('letIn'), ended: rate('ended'),
      inboundBacklog: Math.max(0, now.accepted + now.kafka - now.letIn),
      lagRecords: lags.reduce((sum, { records }) => sum + records, 0),
      lagSeconds: Math.max(0, ...lags.map(({ seconds }) => seconds)), drainSeconds: Math.max(0, ...lags.map(({ drainSeconds }) => drainSeconds)),
      admission: admission.state, scale: admission.scale,
      memory: Object.fromEntries([...install.pids].map(([service, pids]) => [service, residentMiB(pids.at(-1) ?? 0) ?? 0])),
    };
    before = now;
    samples.push(taken);
    describe = () => `${taken.second} s ${phase}: ${taken.admission} ${taken.scale.toFixed(1)}, ${taken.lagSeconds.toFixed(1)} s behind, offered ${Math.round(taken.offeredHttp + taken.offeredKafka)}, let in ${taken.letIn}, refused ${taken.refused}, ended ${taken.ended}`;
    return taken;
  };
  const phase = async (name: Sample['phase'], rate: number, until: (last: Sample) => boolean): Promise<void> => {
    line.say(`${name}: ${Math.round(rate)} a second`);
    http.rate = rate * (1 - kafkaShare);
    kafka.rate = rate * kafkaShare;
    do await Promise.race([wait(1_000), install.failed]);
    while (!until(await sample(name)));
  };
  const end = minutes * 60;
  await phase('warm-up', sustainable / 2, ({ second }) => second >= 0);
  await phase('overload', sustainable * factor, ({ second }) => second >= end);
  let calm = 0;
  await phase('recovery', sustainable / 2, ({ second, admission, inboundBacklog }) => {
    calm = admission === 'open' && inboundBacklog <= sustainable ? calm + 1 : 0;
    return second - end >= MOST_RECOVERY_SECONDS || (second - end >= LEAST_RECOVERY_SECONDS && calm >= CALM_SECONDS);
  });
  [http, kafka].forEach((pace) => pace.stop());
  line.say('waiting until all that was accepted has ended');
  await untilEnded(install, ledger, senders, (open) => (describe = () => `${open} are open`));
  line.end();

  const { offers } = senders;
  const lost = ledger.lost();
  const lagRight = lagAgreement(ledger);
  const cleared = samples.find(({ second, inboundBacklog }) => second >= end && inboundBacklog <= sustainable);
  const found = {
    ...settingsOf(options), ceiling,
    offered: { http: offers.http, kafka: offers.kafka },
    accepted: { http: offers.accepted, kafka: ledger.freshness('kafka').length },
    refused: Object.fromEntries(offers.refused), failed: offers.failed,
    lost: lost.length, lostExamples: lost.slice(0, 5),
    freshness: { http: percentiles(ledger.freshness('http')), kafka: percentiles(ledger.freshness('kafka')) },
    lagRight, memoryGrowth: memoryGrowth(samples),
    openAgainSeconds: openAgainAfter(samples, end),
    inboundClearedSeconds: cleared ? Math.round(cleared.second - end) : null,
    died: [...install.pids].filter(([, pids]) => pids.length > 1).map(([service, pids]) => `${service} ended ${pids.length - 1} times`),
  };
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'samples.csv'), toCsv(samples));
    writeFileSync(join(out, 'samples.json'), `${JSON.stringify(samples, null, 1)}\n`);
  }
  if (figure !== undefined) {
    mkdirSync(dirname(resolve(figure)), { recursive: true });
    writeFileSync(figure, await drawFigure(samples, target, sustainable));
  }
  return { ...found, checks: checksOf(found) };
}

/** All that was accepted has its outcome, and all that lies on the inbound topic is let in; or nothing moves any more. */
async function untilEnded(install: LocalInstall, ledger: Ledger, { offers }: Senders, tell: (open: number) => void): Promise<void> {
  let before = -1;
  let movedAt = Date.now();
  for (;;) {
    const waiting = offers.accepted + offers.kafka - ledger.workUnits;
    tell(ledger.open + Math.max(0, waiting));
    if (ledger.open === 0 && waiting <= 0) return;
    if (ledger.closed !== before) [before, movedAt] = [ledger.closed, Date.now()];
    if (Date.now() - movedAt > STILL_MS) return;
    await Promise.race([wait(500), install.failed]);
  }
}

function lagAgreement(ledger: Ledger): OverloadResult['lagRight'] {
  let right = 0;
  let worst = 0;
  const sayings = ledger.sayings.toSorted((a, b) => a.at - b.at);
  const truths = new Map(['grants.work-units', 'grants.validated'].map((topic) => [topic, ledger.trueLag(topic)]));
  for (const { topic, at, seconds } of sayings) {
    const truth = truths.get(topic)?.secondsAt(at) ?? 0;
    if (agrees(seconds, truth)) right += 1;
    worst = Math.max(worst, Math.abs(seconds - truth));
  }
  return { share: sayings.length === 0 ? 0 : right / sayings.length, n: sayings.length, worstSeconds: Math.round(worst * 10) / 10 };
}

function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10;
  return { n: sorted.length, p50: rank(0.5), p99: rank(0.99), most: rank(1) };
}
