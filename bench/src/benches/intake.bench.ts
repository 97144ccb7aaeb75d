import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DocketError, topicCatalogue } from '@docket/contracts';
import { applyTopics, createKafka, TopicNames } from '@docket/stage-kafka';
import { freePorts } from '@docket/testing';
import type { Bench, Turn } from '../bench.js';
import { cpuSeconds } from '../intake/cpu-time.js';
import type { DoorSettings } from '../intake/door-settings.js';
import type { LoadResult, LoadSettings } from '../intake/load-result.js';
import { pauseIntakeStage } from '../intake/stage-command.js';
import { deleteTopics } from '../kafka/topics.js';
import { harnessClient } from '../kafka/client.js';
import type { Measurement } from '../report/sample.js';
import { SubjectProcess } from '../subject/subject-process.js';

const CONNECTIONS = 64;
const PARTITIONS = 6;
const READY_MS = 120_000;
const LOAD_MS = 600_000;
const nothing = () => undefined;

export const bench: Bench = {
  summary: 'The front door: a credential, strict JSON, digest, the broker\'s ack, 202; beside the least of a Fastify route that writes as many bytes.',
  unitsMean: 'requests of 1 to 2 KB on 64 connections; a quarter as many go before, to warm up',
  subjects: ['intake', 'bare-fastify', 'intake-and-stage'],
  rounds: 3,
  units: 20_000,
  needsBroker: true,
  ratios: [
    { name: 'throughput', metric: 'throughput', of: 'intake', over: ['bare-fastify'], better: 'higher' },
    { name: 'p99', metric: 'p99', of: 'intake', over: ['bare-fastify'], better: 'lower' },
    { name: 'throughputWithStage', metric: 'throughput', of: 'intake-and-stage', over: ['bare-fastify'], better: 'higher' },
  ],
  measure,
};

async function measure(turn: Turn): Promise<readonly Measurement[]> {
  const { subject, brokers, units } = turn;
  const prefix = `${turn.prefix}.`;
  const names = new TopicNames(prefix);
  const topics = topicCatalogue({ lanes: ['standard'], partitions: PARTITIONS, replication: 1 });
  turn.progress('making topics');
  await applyTopics(createKafka({ brokers, clientId: 'bench-admin', log: { info: nothing, warn: nothing, error: nothing } }), names, topics, 1);
  const folder = mkdtempSync(join(tmpdir(), 'docket-bench-'));
  const keysFile = join(folder, 'api-keys.yaml');
  const apiKey = writeKeysFile(keysFile);
  const [httpPort = 0, adminPort = 0] = await freePorts(2);
  const settings: DoorSettings = { brokers, prefix, httpPort, adminPort, keysFile };
  if (subject === 'intake') await pauseIntakeStage(brokers, prefix);
  const door = new SubjectProcess(subject, settings);
  try {
    if (subject === 'bare-fastify') await door.untilReady();
    else await Promise.race([untilHealthy(adminPort), door.gone()]);
    turn.progress('warming up');
    const load: LoadSettings = { url: `http://127.0.0.1:${httpPort}`, apiKey, connections: CONNECTIONS, warmUp: Math.ceil(units / 4), requests: units };
    const sender = new SubjectProcess('http-load', load);
    try {
      await Promise.race([sender.untilLine((line) => line === 'warm', LOAD_MS), door.gone()]);
      turn.progress('measuring');
      const cpuBefore = cpuSeconds(door.pid);
      const said = await Promise.race([sender.untilLine((line) => line.startsWith('{'), LOAD_MS), door.gone()]);
      const cpuAfter = cpuSeconds(door.pid);
      return measurements(JSON.parse(said) as LoadResult, units, cpuBefore, cpuAfter);
    } finally {
      await sender.stop();
    }
  } finally {
    await door.stop();
    rmSync(folder, { recursive: true, force: true });
    await deleteTopics(harnessClient(brokers, 'bench-harness'), topics.map(({ name }) => names.toCluster(name)));
  }
}

function measurements(result: LoadResult, units: number, cpuBefore: number | undefined, cpuAfter: number | undefined): Measurement[] {
  if (result.accepted !== units) {
    throw new DocketError('DOCKET_BENCH', `of ${units} requests ${result.accepted} were accepted, ${result.other} answered otherwise, ${result.errors} not answered`);
  }
  return [
    { metric: 'throughput', unit: 'requests/s', value: units / result.seconds },
    { metric: 'p50', unit: 'ms', value: result.p50 },
    { metric: 'p99', unit: 'ms', value: result.p99 },
    // What the front door itself costs, whatever the broker and the load on the same cores do.
    ...(cpuBefore === undefined || cpuAfter === undefined ? [] : [{ metric: 'cpu', unit: 'µs/request', value: ((cpuAfter - cpuBefore) * 1e6) / units }]),
  ];
}

function writeKeysFile(file: string): string {
  const key = `dk_${randomBytes(32).toString('base64url')}`;
  const entry = { id: 'bench', hash: hash('sha256', key), tenant: 'bench', pipelines: ['grants', 'records'] };
  writeFileSync(file, JSON.stringify({ keys: [entry], limits: { default: { perSecond: 1_000_000, burst: 1_000_000 } } }), { mode: 0o600 });
  return key;
}

async function untilHealthy(adminPort: number): Promise<void> {
  const until = Date.now() + READY_MS;
  while (!(await isHealthy(adminPort))) {
    if (Date.now() > until) throw new DocketError('DOCKET_BENCH_SUBJECT', `intake was not ready within ${READY_MS / 1000} s`);
    await sleep(100);
  }
}

function isHealthy(adminPort: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: adminPort, path: '/health/ready', agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
