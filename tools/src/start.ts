import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DocketError, isDocketError, LANES, topicCatalogue } from '@docket/contracts';
import { applyTopics, createKafka, RecordWriter, TopicNames } from '@docket/stage-kafka';
import { EmbeddedKafka } from '@docket/testing';
import { onParentGone } from './parent.js';
import { assertPortsFree } from './ports.js';
import { loadSamples } from './samples/sample.schema.js';
import { seedRepository } from './samples/seed.js';
import { sendSamples } from './samples/send-samples.js';
import { verifyAudit } from './samples/verify-audit.js';
import { prepareDataFolder } from './start/data-folder.js';
import { ProgressDisplay, resultTable } from './start/display.js';
import { readOptions, USAGE, type StartOptions } from './start/options.js';
import { writeReport } from './start/report.js';
import { awaitOutcomes } from './start/run-samples.js';
import { portNeeds, portsFrom, serviceWaves, SOURCES, type Ports } from './start/services.js';
import { Supervisor } from './supervisor.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SAMPLES = join(ROOT, 'samples');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const say = (text: string) => process.stdout.write(`${text}\n`);

/** What is to be ended, in the order of ending. */
const ends: (() => Promise<void>)[] = [];
let ending: Promise<void> | undefined;
const endAll = (): Promise<void> => {
  ending ??= (async () => {
    for (const end of ends.toReversed()) await end();
  })();
  return ending;
};

async function run(options: StartOptions): Promise<boolean> {
  const data = resolve(options.data);
  const ports = portsFrom(options.portOffset);
  const given = process.env['KAFKA_BROKERS'];
  const fundersFile = join(data, 'funders.yaml');
  const prefix = process.env['DOCKET_PREFIX'] ?? '';
  const install = { root: ROOT, data, ports, prefix, fundersFile, brokers: given ? given.split(',') : [`127.0.0.1:${ports.kafka}`] };
  const waves = serviceWaves(install);
  const services = waves.flat();
  const release = prepareDataFolder(data, options.fresh);
  ends.push(() => Promise.resolve(release()));
  await assertPortsFree(portNeeds(ports, services, given === undefined));
  const registry = readFileSync(join(ROOT, 'apps/executor/src/funders/funders.example.yaml'), 'utf8');
  writeFileSync(fundersFile, registry.replaceAll(':8091/', `:${ports.funders}/`));

  if (given !== undefined && options.fresh) say('Note: --fresh empties the data folder; the topics of your cluster are kept. Set DOCKET_PREFIX to begin with new ones.');

  const startedAt = Date.now();
  if (given === undefined) {
    say('Starting Apache Kafka …');
    const broker = await EmbeddedKafka.start({
      dataDir: join(data, 'kafka'), port: ports.kafka, logFile: join(data, 'logs', 'kafka.log'), onProgress: (text) => say(`  ${text}`),
    });
    ends.push(() => broker.stop());
    void broker.exited.then(() => {
      if (!ending) fail(new DocketError('DOCKET_BROKER_GONE', `Kafka ended by itself:\n${broker.tail(8).join('\n')}`));
    });
  }
  const names = new TopicNames(prefix);
  const client = (role: string) => createKafka({ brokers: install.brokers, clientId: `${prefix}docket-launcher-${role}`, log: quiet, endless: role === 'upstream' });
  const kafka = client('reader');
  say('Applying the topic catalogue …');
  const replication = 1;
  const specs = topicCatalogue({ lanes: LANES.filter((lane) => lane !== 'classified'), partitions: 6, replication });
  const plan = await applyTopics(kafka, names, specs, replication);
  say(`  ${plan.missing.length} created, ${plan.unchanged} there already`);
  const other = plan.drift.filter(({ setting }) => setting === 'partitions').map(({ topic }) => topic);
  if (other.length > 0) {
    throw new DocketError('DOCKET_TOPICS', `topics with another partition count than ours: ${other.join(', ')}; set DOCKET_PREFIX to keep apart, or use another cluster`);
  }

  const writer = new RecordWriter(client('upstream'), names);
  await writer.connect();
  ends.push(() => writer.close());
  await seedRepository(SAMPLES, join(data, 'objects'), writer);

  say(`Starting ${services.length} services …`);
  const display = new ProgressDisplay();
  const supervisor = new Supervisor({
    logDir: join(data, 'logs'),
    env: cleanEnvironment(),
    // Thirteen processes start at once; on a busy machine the console's database alone takes a minute.
    readyTimeoutMs: 120_000,
    onEvent: (event) => {
      if (event.type !== 'died') return;
      display.release();
      say(`  ${event.service} died (${event.exit}) and is started again: death ${event.deaths} within a minute`);
    },
  });
  ends.push(() => supervisor.stop());
  supervisor.failed.catch(fail);
  // Side by side: a stage whose engine is not up yet tries again. The waves matter for stopping.
  await Promise.all(waves.map((wave) => supervisor.start(wave)));
  const startedMs = Date.now() - startedAt;
  say(`Everything is up after ${(startedMs / 1000).toFixed(1)} s. Sending the samples …`);

  const samples = loadSamples(SAMPLES);
  const sent = await sendSamples(samples, { intakeUrl: `http://127.0.0.1:${ports.intake}`, writer, sources: SOURCES });
  const results = await awaitOutcomes(sent, { services, display, consoleUrl: `http://127.0.0.1:${ports.console}` });
  const audit = await verifyAudit(kafka, names);
  const gaps = [...audit.gaps].flatMap(([id, missing]) => missing.map((step) => `  ${id}: ${step}`));
  say(`\n${resultTable(results)}\n`);
  say(`Audit: ${audit.events} events, ${audit.verified} verified${gaps.length > 0 ? `; steps missing:\n${gaps.join('\n')}` : ', no step missing'}`);
  if (options.report !== undefined) writeReport(options.report, results, audit, startedMs);
  const wrong = results.filter(({ verdict }) => !verdict.asExpected);
  const known = results.filter(({ verdict }) => verdict.knownBefore).length;
  const ok = wrong.length === 0 && audit.events === audit.verified && gaps.length === 0;
  if (wrong.length > 0) say(`${wrong.length} sample(s) ended otherwise than expected.`);
  else say(`All ${results.length} samples ended as expected${known > 0 ? `; ${known} of them are known since an earlier run and were not done again` : ''}.`);
  if (!options.exit) whereToLook(ports, data, install.brokers);
  return ok;
}

function whereToLook(ports: Ports, data: string, brokers: readonly string[]): void {
  say(`
Console    http://127.0.0.1:${ports.console}/
Front door POST http://127.0.0.1:${ports.intake}/v1/grants/submissions and /v1/records/batches (lane pii: port ${ports.intakePii})
Kafka      ${brokers.join(',')}
Funder     http://127.0.0.1:${ports.funders}/admin/submissions
Metrics    http://127.0.0.1:${ports.admin}/metrics and the ports after it
Logs       ${join(data, 'logs')}

Ctrl-C stops everything.`);
}

/**
 * Settings of this shell must not reach the services: each gets its own. Nor do they share the compile cache: on the
 * first run thirteen processes would write it when they are told to end, for longer than they have.
 */
function cleanEnvironment(): Record<string, string> {
  const ours = new Set(['KAFKA_BROKERS', 'DATABASE_URL', 'NODE_COMPILE_CACHE']);
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DOCKET_') && !ours.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

function fail(error: unknown): void {
  process.stderr.write(`\n${isDocketError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  void endAll().finally(() => process.exit(1));
}

function stop(code: number): void {
  // From a terminal a signal comes twice: to this process, and passed on by the one that started it.
  if (!ending) say('\nStopping …');
  endAll().then(
    () => process.exit(code),
    () => process.exit(1),
  );
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(USAGE);
  } else {
    process.on('SIGINT', () => stop(0));
    process.on('SIGTERM', () => stop(0));
    process.on('SIGHUP', () => stop(0));
    onParentGone(() => stop(1));
    const ok = await run(options);
    if (options.exit) stop(ok ? 0 : 1);
  }
} catch (error) {
  if (!ending) fail(error);
}
