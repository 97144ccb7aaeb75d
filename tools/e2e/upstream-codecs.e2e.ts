/**
 * Whatever client and compression codec an upstream system writes with, its packet is read byte for byte with its key
 * and headers; batches of all codecs may follow each other in one partition. The clients are the examples of
 * samples/upstream: what they call written is where they say, and what the broker refused they do not call written.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payloadDigest, topicCatalogue } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { applyTopics, createKafka, readTopics, TopicNames } from '@docket/stage-kafka';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { COMPRESSIONS, SMALL_PACKET, upstreamClients, type Compression, type UpstreamClient } from './support/upstream-client.js';

const SOURCE = '/tenants/county-grants/sync';
const KIB = 1024;

const brokers = inject('brokers');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const kafka = createKafka({ brokers, clientId: 'e2e', log: quiet });
const folder = mkdtempSync(join(tmpdir(), 'docket-e2e-upstream-'));
const largePacket = join(folder, 'large.json');
let clients: UpstreamClient[];

beforeAll(async () => {
  // Some blocks long in every codec (Java cuts Snappy at 32 KiB, LZ4 at 64), and far below 100 KiB when compressed.
  const lines = Array.from({ length: 2_000 }, (_, line) => ({ label: `Übertrag ${line} für 空港 ✈`, amount: `${(line * 7919) % 100_003}.00`, category: 'equipment' }));
  writeFileSync(largePacket, JSON.stringify({ grantId: 'GR-2027-0001', budget: { lines } }));
  clients = await upstreamClients();
  expect(clients.map(({ name }) => name)).toContain('kafkajs');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An inbound topic as the catalogue makes it, with one partition, that takes batches up to `maxKib` (default: as there). */
async function inboundTopic(maxKib?: number): Promise<TopicNames> {
  const names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
  const specs = topicCatalogue({ lanes: ['standard'], partitions: 1, replication: 1 }).filter(({ name }) => name === 'grants.inbound');
  const limit = maxKib === undefined ? {} : { 'max.message.bytes': String(maxKib * KIB) };
  await applyTopics(kafka, names, specs.map((spec) => ({ ...spec, config: { ...spec.config, ...limit } })), 1);
  return names;
}

async function read(names: TopicNames): Promise<InputRecord[]> {
  const records: InputRecord[] = [];
  await readTopics(kafka, names, ['grants.inbound'], (record) => records.push(record));
  return records;
}

function packetFor(names: TopicNames, id: string, file: string, compression: Compression) {
  return { brokers, topic: names.toCluster('grants.inbound'), source: SOURCE, id, key: `key ${id}`, file, compression };
}

it.each(COMPRESSIONS)('pitfall 27: a large packet that is compressed by the codec %s arrives from every client', async (compression) => {
  // Only what was really compressed gets in.
  const names = await inboundTopic(compression === 'none' ? undefined : 100);
  const batch = randomUUID();
  const told = await Promise.all(
    clients.map(async (client) => [client.name, await client.send({ ...packetFor(names, client.name, largePacket, compression), batch })] as const),
  );
  const records = await read(names);
  const value = readFileSync(largePacket);
  expect(records).toHaveLength(clients.length);
  for (const client of clients) {
    const record = records.find(({ headers }) => headers['ce_id'] === client.name);
    expect(record?.key).toBe(`key ${client.name}`);
    expect(record?.value?.equals(value)).toBe(true);
    expect(record?.headers).toEqual({
      ce_specversion: '1.0', ce_id: client.name, ce_source: SOURCE, ce_type: 'docket.grant.submission.v1', 'content-type': 'application/json',
      'docket-batch-trace-id': batch,
      ...(client.digests && { 'docket-digest': payloadDigest(JSON.parse(value.toString('utf8'))) }),
    });
    expect(told).toContainEqual([client.name, `${names.toCluster('grants.inbound')}/0/${String(record?.offset)}`]);
  }
});

it('pitfall 27: batches of all codecs and clients follow each other in one partition', async () => {
  const names = await inboundTopic();
  const sent: string[] = [];
  for (const [turn, compression] of [...COMPRESSIONS, ...COMPRESSIONS].entries()) {
    const client = clients[turn % clients.length];
    const file = turn < COMPRESSIONS.length ? SMALL_PACKET : largePacket;
    const id = `${turn} ${compression} ${client?.name ?? ''}`;
    await client?.send(packetFor(names, id, file, compression));
    sent.push(`${id} ${readFileSync(file).toString('base64')}`);
  }
  const records = await read(names);
  expect(records.map(({ headers, value }) => `${headers['ce_id'] ?? ''} ${value?.toString('base64') ?? ''}`)).toEqual(sent);
});

it('a packet that the broker refuses is not called written', async () => {
  const names = await inboundTopic(100);
  for (const client of clients) {
    await expect(client.send(packetFor(names, client.name, largePacket, 'none')), client.name).rejects.toMatchObject({
      code: 1, stdout: '', stderr: expect.stringMatching(/message (larger|size too large)/i) as unknown,
    });
  }
  expect(await read(names)).toEqual([]);
});
