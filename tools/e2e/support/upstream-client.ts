import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaLibs } from '@docket/testing';

const run = promisify(execFile);

const SAMPLES = join(import.meta.dirname, '../../../samples');
const UPSTREAM = join(SAMPLES, 'upstream');

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The packet that the smallest grant sample holds. */
export const SMALL_PACKET = join(SAMPLES, 'grants', 'valid-minimal.json');

export interface Packet {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly source: string;
  readonly id: string;
  readonly key?: string;
  readonly batch?: string;
  readonly file: string;
  readonly compression: Compression;
}

/** One of the example producers in samples/upstream, run as its README says. */
export interface UpstreamClient {
  readonly name: string;
  /** Sets docket-digest too. */
  readonly digests: boolean;
  /** `topic/partition/offset` as the example tells it; rejects, with `code`, `stdout` and `stderr`, where it ends with a failure. */
  send(packet: Packet): Promise<string>;
}

/** All clients in CI, where a missing tool is a failure; elsewhere those whose tools are installed. */
export async function upstreamClients(): Promise<UpstreamClient[]> {
  const { java, classPath } = await kafkaLibs();
  const all = Boolean(process.env['CI']);
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const candidates = [
    { name: 'kafkajs', command: process.execPath, args: [join(UPSTREAM, 'grant-producer.ts')], probe: [process.execPath, '--version'], digests: true },
    // Running a source file takes a JDK: a bare runtime has no compiler.
    {
      name: 'kafka-clients', command: java, args: [...quick, '-cp', classPath, join(UPSTREAM, 'GrantProducer.java')],
      probe: [java, '--describe-module', 'jdk.compiler'], digests: false,
    },
    { name: 'kcat', command: join(UPSTREAM, 'kcat.sh'), args: [], probe: ['kcat', '-V'], digests: false },
    {
      name: 'confluent-kafka', command: 'python3', args: [join(UPSTREAM, 'grant_producer.py')], probe: ['python3', '-c', 'import confluent_kafka'],
      digests: false,
    },
  ];
  const clients: UpstreamClient[] = [];
  for (const { name, command, args, probe, digests } of candidates) {
    if (!all && !(await runs(probe))) continue;
    clients.push({
      name,
      digests,
      send: async (packet) => (await run(command, [...args, ...optionsOf(packet)], { timeout: 120_000 })).stdout.trim(),
    });
  }
  return clients;
}

function optionsOf({ brokers, topic, source, id, key, batch, file, compression }: Packet): string[] {
  return [
    '--brokers', brokers.join(','), '--topic', topic, '--source', source, '--id', id, '--file', file, '--compression', compression,
    ...(key === undefined ? [] : ['--key', key]), ...(batch === undefined ? [] : ['--batch', batch]),
  ];
}

function runs([command = '', ...args]: readonly string[]): Promise<boolean> {
  return run(command, args, { timeout: 30_000 }).then(() => true, () => false);
}
