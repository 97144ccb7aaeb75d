import { HEADER } from '@docket/contracts';
import type { Kafka } from '@docket/stage-kafka';
import { SeededRandom } from '../chaos/random.js';
import { LONG_TEXT } from './mutations/values.js';
import { makeMutant, type Mutant } from './mutant.js';
import type { Kind } from './seeds.js';

export const SOURCE = '/tenants/fuzz/upstream';
export const INBOUND: Readonly<Record<Kind, string>> = { grant: 'grants.inbound', record: 'records.standard.inbound' };
const TYPE: Readonly<Record<Kind, string>> = { grant: 'docket.grant.submission.v1', record: 'docket.record.manifest.v1' };

type HeaderValue = string | Buffer | (string | Buffer)[];
type ForeignHeaders = Record<string, HeaderValue>;
interface ForeignRecord {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: ForeignHeaders;
}

const BATCH = 200;
const RECORD_SHARE = 0.2;

/** Kafka's headers may hold anything; those without a value kafkajs cannot write. */
const HEADER_MUTATIONS: readonly ((headers: ForeignHeaders, random: SeededRandom) => ForeignHeaders | undefined)[] = [
  () => undefined,
  () => ({}),
  (headers, random) => without(headers, random.pick(Object.keys(headers))),
  (headers, random) => ({ ...headers, [random.pick(Object.keys(headers))]: '' }),
  (headers, random) => ({ ...headers, [random.pick(Object.keys(headers))]: Buffer.from([0xff, 0x00, 0x80, 0xc0]) }),
  (headers, random) => ({ ...headers, [random.pick(Object.keys(headers))]: ['a', Buffer.from([0x80]), ''] }),
  (headers, random) => ({ ...headers, [random.pick(Object.keys(headers))]: LONG_TEXT.slice(0, random.pick([201, 1_000, 17_000, 60_000])) }),
  (headers) => ({ ...headers, [HEADER.source]: '/tenants/nobody/known' }),
  (headers, random) => ({ ...headers, [HEADER.source]: random.pick(['__proto__', 'constructor', 'toString', `${SOURCE} `, `${SOURCE}\u0000`]) }),
  (headers, random) => ({ ...headers, [HEADER.contentType]: random.pick(['text/plain', 'text/csv', 'application/vnd.ms-excel', 'application/jsonx', 'application/ld+json; x', 'json']) }),
  (headers) => ({ ...headers, [HEADER.digest]: '0'.repeat(64) }),
  (headers) => ({ ...headers, [HEADER.digest]: 'no digest' }),
  (headers) => ({ ...headers, [HEADER.batchTraceId]: 'no UUID' }),
  (headers, random) => ({ ...headers, [HEADER.traceparent]: random.pick(['00-0', 'ff-'.repeat(30), '00-00000000000000000000000000000000-0000000000000000-01']) }),
  (headers) => ({ ...headers, ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`h${index}`, 'x'])) }),
  (headers) => ({ ...headers, [HEADER.operation]: 'not-an-operation', [HEADER.attempt]: 'NaN', [HEADER.hop]: '-1', [HEADER.unit]: 'zz', [HEADER.correlationId]: 'x', [HEADER.notBefore]: '1e9' }),
  (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
];

export interface KafkaFuzzOptions {
  readonly kafka: Kafka;
  readonly seed: number;
  /** Indices of mutants begin here: those before were bodies. */
  readonly first: number;
  readonly records: number;
  readonly partitions: number;
  /** By kind, how many lie on each topic now. */
  readonly onSent: (kind: Kind, records: number) => void;
}

/** Puts mutated records on the inbound topics, as any upstream program could. */
export class KafkaFuzz {
  sent = 0;
  readonly #options: KafkaFuzzOptions;
  /** Where each record lies: `topic/partition/offset` to the mutant's index. */
  readonly #places = new Map<string, number>();

  constructor(options: KafkaFuzzOptions) {
    this.#options = options;
  }

  /** What was done at that place, for people. */
  describe(place: string): string {
    const index = this.#places.get(place);
    if (index === undefined) return place;
    const { record, mutant } = makeRecord(this.#options.seed, index);
    return `record ${index} (${[...mutant.changes, ...(record.headers && HEADER.source in record.headers ? [] : ['headers'])].join(', ')}) at ${place}`;
  }

  async run(): Promise<void> {
    const producer = this.#options.kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const { records, first, seed } = this.#options;
    // One after the other, as kafkajs's idempotent producer wants it.
    for (let from = 0; from < records; from += BATCH) {
      const made = Array.from({ length: Math.min(BATCH, records - from) }, (_, offset) => ({ index: first + from + offset, ...makeRecord(seed, first + from + offset) }));
      for (const kind of ['grant', 'record'] as const) await this.#send(producer, kind, made.filter(({ mutant }) => mutant.kind === kind));
    }
    await producer.disconnect();
  }

  async #send(producer: ReturnType<Kafka['producer']>, kind: Kind, made: readonly { readonly index: number; readonly record: ForeignRecord }[]): Promise<void> {
    // A partition a request, so that the offsets it answers with are those of these records in their order.
    const byPartition = Map.groupBy(made, ({ index }) => index % this.#options.partitions);
    for (const [partition, list] of byPartition) {
      for (const chunk of chunked(list)) {
        const [written] = await producer.send({
          topic: INBOUND[kind], acks: -1,
          messages: chunk.map(({ record: { key, value, headers } }) => ({ partition, key, value, ...(headers && { headers }) })),
        });
        const base = Number(written?.baseOffset);
        chunk.forEach(({ index }, offset) => this.#places.set(`${INBOUND[kind]}/${partition}/${base + offset}`, index));
        this.sent += chunk.length;
        this.#options.onSent(kind, chunk.length);
      }
    }
  }
}

function makeRecord(seed: number, index: number): { readonly record: ForeignRecord; readonly mutant: Mutant } {
  const random = new SeededRandom(Math.imul(seed ^ 0x2545f491, 0x85ebca6b) + index);
  const mutant = makeMutant(seed, index, random.next() < RECORD_SHARE ? 'record' : 'grant');
  const right: ForeignHeaders = {
    [HEADER.id]: `fuzz-${seed}-${index}`, [HEADER.source]: SOURCE, [HEADER.type]: TYPE[mutant.kind], [HEADER.contentType]: 'application/json',
  };
  const headers = random.next() < 0.2 ? random.pick(HEADER_MUTATIONS)(right, random) : right;
  const key = random.next() < 0.9 ? `key-${index % 500}` : random.pick([null, '', Buffer.from([0xff, 0x80]), 'k'.repeat(2_000)]);
  const odd = random.next();
  const value = odd < 0.005 ? null : odd < 0.01 ? Buffer.alloc(0) : odd < 0.012 ? Buffer.alloc(random.whole(257 * 1024, 400 * 1024), ' ') : mutant.bytes;
  return { record: { key, value, ...(headers && { headers }) }, mutant };
}

/** kafkajs never splits a send, and the broker takes half a MiB. */
function chunked<T extends { readonly record: ForeignRecord }>(list: readonly T[]): T[][] {
  const chunks: T[][] = [];
  let bytes = Infinity;
  for (const entry of list) {
    const size = 2_000 + (entry.record.value?.length ?? 0) + JSON.stringify(entry.record.headers ?? {}).length;
    bytes += size;
    if (bytes > 300_000) {
      chunks.push([]);
      bytes = size;
    }
    chunks.at(-1)?.push(entry);
  }
  return chunks;
}

function without(headers: ForeignHeaders, name: string): ForeignHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
