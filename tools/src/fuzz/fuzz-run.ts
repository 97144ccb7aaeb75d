import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HEADER } from '@docket/contracts';
import { groupLag } from '@docket/stage-kafka';
import { monotonicMs } from '../chaos/monotonic.js';
import { ProgressLine } from '../chaos/progress-line.js';
import { stablePorts } from '../chaos/stable-ports.js';
import { writeKeysFile } from '../install/api-keys.js';
import { LocalInstall, type Ends } from '../install/local-install.js';
import { MemoryWatch } from '../install/memory.js';
import { readFates } from './fates.js';
import { Findings } from './findings.js';
import { HttpFuzz } from './http-fuzz.js';
import { KafkaFuzz, SOURCE } from './kafka-fuzz.js';
import type { FuzzOptions } from './options.js';
import { fuzzRawHttp } from './raw-http.js';
import type { FuzzResult } from './result.js';
import { custodyRecords, type Kind } from './seeds.js';

const PARTITIONS = 6;
const POLL_MS = 500;
/** Nothing moves any more: what is still waiting then will not come to an end. */
const STILL_MS = 60_000;
const GROUPS = [
  { group: 'intake.grants', topics: ['grants.inbound'] }, { group: 'intake.records.standard', topics: ['records.standard.inbound'] },
  { group: 'validator.grants', topics: ['grants.work-units'] }, { group: 'validator.records.standard', topics: ['records.standard.work-units'] },
];
/** Of documents that the repository does not know: short, so that the run ends soon. */
const RETRY_DELAYS = '100ms,200ms,300ms,400ms,500ms';

/** One run: broker, the real intake and validator, bodies and records at once, and the check of what came of them. */
export async function runFuzz(options: FuzzOptions, folder: string, ends: Ends): Promise<FuzzResult> {
  const { bodies, records, seed } = options;
  const startedAt = monotonicMs();
  let describe = () => 'starting';
  const line = new ProgressLine(() => `${Math.round((monotonicMs() - startedAt) / 1000)} s: ${describe()}`);
  ends.push(() => line.end());
  const say = (text: string) => line.say(`${((monotonicMs() - startedAt) / 1000).toFixed(1).padStart(7)} ${text}`);
  say(`seed ${seed}`);
  const findings = new Findings();
  const install = await LocalInstall.open({ folder, partitions: PARTITIONS, ends, say });
  await install.writer.write(custodyRecords().map(({ key, value }) => ({
    topic: 'records.custody', key, value: Buffer.from(JSON.stringify(value)), headers: { [HEADER.type]: 'docket.custody.v1', [HEADER.contentType]: 'application/json' },
  })));
  const [httpPort = 0] = await stablePorts(1);
  const keysFile = join(folder, 'api-keys.yaml');
  const key = writeKeysFile(keysFile, 'fuzz');
  say('starting intake and validator');
  await install.start([
    {
      name: 'intake', app: 'intake',
      env: {
        DOCKET_HTTP_PORT: httpPort, DOCKET_HTTP_HOST: '127.0.0.1', DOCKET_SOURCES: `${SOURCE}=fuzz-upstream`, DOCKET_RETRY_DELAYS: RETRY_DELAYS, DOCKET_API_KEYS_FILE: keysFile,
        // Nobody measures lag here: let in as much as ever.
        DOCKET_GRANTS_CEILING: 1_000_000, DOCKET_RECORDS_CEILING: 1_000_000, DOCKET_GRANTS_CAPACITY: 10_000_000, DOCKET_RECORDS_CAPACITY: 10_000_000,
      },
    },
    { name: 'validator', app: 'validator', env: { DOCKET_RETRY_DELAYS: RETRY_DELAYS } },
  ]);
  const memory = new MemoryWatch(install.pids);
  ends.push(() => void memory.end());

  const sent: Record<Kind, number> = { grant: 0, record: 0 };
  const note = (kind: Kind, units: number) => void (sent[kind] += units);
  const http = new HttpFuzz({ url: `http://127.0.0.1:${httpPort}`, key, seed, bodies, findings, onAccepted: note });
  const kafka = new KafkaFuzz({ kafka: install.kafka('fuzz'), seed, first: bodies, records, partitions: PARTITIONS, onSent: note });
  describe = () => `${http.sent} of ${bodies} bodies, ${kafka.sent} of ${records} records`;
  const rawRequests = Math.max(100, Math.ceil(bodies / 50));
  await Promise.race([Promise.all([http.run(), kafka.run(), fuzzRawHttp(httpPort, rawRequests, seed, findings)]), install.failed]);
  say('all is sent: waiting until the stages have worked it off');
  const left = await untilWorkedOff(install, (waiting) => (describe = () => `${waiting} records wait`));
  if (left > 0) findings.defect('the stages stood still', `${left} records wait`);
  say('reading what came of it');
  await readFates({ kafka: install.kafka('reader'), names: install.names, findings, sent, unknown: http.unknown, describe: (place) => kafka.describe(place) });
  for (const [service, pids] of install.pids) if (pids.length > 1) findings.defect(`${service} died`, `${pids.length - 1} times; see its log`);
  line.end();
  return {
    seed, bodies, records, rawRequests, seconds: Math.round((monotonicMs() - startedAt) / 1000),
    counts: findings.counts(), defects: findings.defects(), memory: memory.end(),
  };
}

/** Resolves to what still waits: 0, or more where nothing moves any more. */
async function untilWorkedOff(install: LocalInstall, tell: (waiting: number) => void): Promise<number> {
  const kafka = install.kafka('progress');
  const retried = GROUPS.map(({ group, topics }) => ({ group, topics: [...topics, ...[1, 2, 3, 4, 5].map((tier) => `${group}.retry.${tier}`)] }));
  let before = Infinity;
  let movedAt = monotonicMs();
  for (;;) {
    const lags = await groupLag(kafka, install.names, retried);
    const waiting = lags.reduce((sum, { records }) => sum + records, 0);
    tell(waiting);
    if (waiting === 0) return 0;
    if (waiting !== before) [before, movedAt] = [waiting, monotonicMs()];
    if (monotonicMs() - movedAt > STILL_MS) return waiting;
    await Promise.race([wait(POLL_MS), install.failed]);
  }
}
