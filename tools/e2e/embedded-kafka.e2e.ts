/**
 * The embedded broker itself: what is written outlives a clean stop and a crash, two brokers never share a data
 * folder, and no broker outlives the process that started it, even where that is killed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafka, type Kafka } from '@docket/stage-kafka';
import { EmbeddedKafka } from '@docket/testing';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';

let dataDir: string;
let running: EmbeddedKafka[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'docket-e2e-kafka-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((kafka) => kafka.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: { readonly port?: number } = {}): Promise<EmbeddedKafka> {
  const kafka = await EmbeddedKafka.start({ dataDir, ...options });
  running.push(kafka);
  return kafka;
}

type Admin = ReturnType<Kafka['admin']>;

async function withAdmin<T>(brokers: readonly string[], use: (admin: Admin) => Promise<T>): Promise<T> {
  const quiet = () => undefined;
  const admin = createKafka({ brokers, clientId: 'e2e', log: { info: quiet, warn: quiet, error: quiet } }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

it('the shared broker answers', async () => {
  const cluster = await withAdmin(inject('brokers'), (admin) => admin.describeCluster());
  expect(cluster.brokers.length).toBeGreaterThanOrEqual(1);
});

it('what was written is there after a clean stop, and after a crash on the same port', async () => {
  const first = await start();
  await withAdmin(first.brokers, (admin) => admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }], waitForLeaders: true }));
  await first.stop();

  const second = await start();
  expect(await withAdmin(second.brokers, (admin) => admin.listTopics())).toEqual(['kept']);
  second.kill();
  expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });

  const third = await start({ port: Number(second.brokers[0]?.split(':')[1]) });
  expect(third.brokers).toEqual(second.brokers);
  expect(await withAdmin(third.brokers, (admin) => admin.listTopics())).toEqual(['kept']);
});

it('a second broker on the same data folder, or the same port, is refused, and the first goes on', async () => {
  const first = await start();
  await expect(EmbeddedKafka.start({ dataDir })).rejects.toMatchObject({
    code: 'DOCKET_BROKER_START',
    message: expect.stringContaining('is in use by another broker') as unknown,
  });
  await expect(EmbeddedKafka.start({ port: Number(first.brokers[0]?.split(':')[1]) })).rejects.toMatchObject({
    code: 'DOCKET_BROKER_START',
    message: expect.stringMatching(/^port \d+, wanted for Apache Kafka, is in use/) as unknown,
  });
  await withAdmin(first.brokers, (admin) => admin.createTopics({ topics: [{ topic: 'still-there' }], waitForLeaders: true }));
});

it('a broker that cannot start tells why', async () => {
  await expect(EmbeddedKafka.start({ javaOptions: ['-Xmx2m'] })).rejects.toMatchObject({
    code: 'DOCKET_BROKER_START',
    message: expect.stringMatching(/^Apache Kafka ended at its start \(exit code \d+\); from its log:\n/) as unknown,
  });
});

it('ends with the process that started it, also where that one is killed', async () => {
  const owner = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import { EmbeddedKafka } from '@docket/testing';
       const kafka = await EmbeddedKafka.start({ dataDir: process.argv[1] });
       console.log(kafka.pid); setInterval(() => {}, 1000);`, dataDir],
    { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<number>((resolve) => owner.stdout.once('data', (text: Buffer) => resolve(Number(String(text)))));
  expect(process.kill(pid, 0)).toBe(true);
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 30_000 });
});
