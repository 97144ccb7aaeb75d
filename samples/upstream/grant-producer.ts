/** Sends one grant packet to Docket with kafkajs. README.md beside this file explains options and headers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs, promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import canonicalize from 'canonicalize';
import kafkajs from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { compress } from 'snappy';

const USAGE = `usage: node grant-producer.ts --brokers HOST:PORT[,...] --source SOURCE --id ID --file FILE
       [--key KEY] [--batch UUID] [--compression none|gzip|snappy|lz4|zstd] [--topic TOPIC]`;

const { CompressionCodecs, CompressionTypes, Kafka, Partitioners } = kafkajs;

const COMPRESSIONS = new Map([
  ['none', CompressionTypes.None], ['gzip', CompressionTypes.GZIP], ['snappy', CompressionTypes.Snappy], ['lz4', CompressionTypes.LZ4],
  ['zstd', CompressionTypes.ZSTD],
]);

/** kafkajs itself knows gzip only. */
function registerCodec(type: kafkajs.CompressionTypes, encode: (data: Buffer) => Promise<Buffer>): void {
  Object.assign(CompressionCodecs, { [type]: () => ({ compress: ({ buffer }: { buffer: Buffer }) => encode(buffer) }) });
}
registerCodec(CompressionTypes.Snappy, (data) => compress(data));
registerCodec(CompressionTypes.LZ4, (data) => compressFrame(data));
registerCodec(CompressionTypes.ZSTD, promisify(zstdCompress));

function readOptions() {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        brokers: text, source: text, id: text, file: text, key: text, batch: text,
        compression: { ...text, default: 'none' }, topic: { ...text, default: 'grants.inbound' },
      },
    });
    const { brokers, source, id, file } = values;
    const compression = COMPRESSIONS.get(values.compression);
    if (brokers && source && id && file && compression !== undefined) return { ...values, brokers, source, id, file, compression };
  } catch {
    // An option that is not known: answered below.
  }
  console.error(USAGE);
  return process.exit(2);
}

const options = readOptions();
const packet = readFileSync(options.file);
const digest = createHash('sha256').update(canonicalize(JSON.parse(packet.toString('utf8'))) ?? '').digest('hex');

const kafka = new Kafka({ clientId: 'grant-producer', brokers: options.brokers.split(',') });
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  createPartitioner: Partitioners.DefaultPartitioner,
});
try {
  await producer.connect();
  // Resolves with the acknowledgement: until then nothing is known to be written.
  const [written] = await producer.send({
    topic: options.topic,
    acks: -1,
    compression: options.compression,
    messages: [{
      key: options.key ?? options.id,
      value: packet,
      headers: {
        ce_specversion: '1.0',
        ce_id: options.id,
        ce_source: options.source,
        ce_type: 'docket.grant.submission.v1',
        'content-type': 'application/json',
        'docket-digest': digest,
        ...(options.batch && { 'docket-batch-trace-id': options.batch }),
      },
    }],
  });
  console.log(`${options.topic}/${written?.partition}/${written?.baseOffset}`);
} catch (error) {
  console.error(`not written: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await producer.disconnect();
}
