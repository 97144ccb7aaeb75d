import { systemClock } from '@docket/contracts';
import { assertAllTaken, assertProduced, assertTaken, readProducerId } from './answers.js';
import { ByteWriter } from './byte-writer.js';
import type { Coordinators } from './coordinators.js';
import { giveFrameBack, takeFrame } from './frame-pool.js';
import type { PartitionGroup } from './partition-groups.js';
import { produceFrame, type BatchProducer } from './produce-frame.js';
import type { Broker, Cluster } from './producer-cluster.js';
import { KAFKA_ERROR, RefusedError } from './refused-error.js';
import { API, assertSpoken, connectionOf, exchange, startRequest, type Api } from './request.js';
import { retrying } from './retrying.js';

/** The broker took nothing for good, and takes the same bytes later: it tells a repeat by its sequence numbers. */
const SCARCE: readonly number[] = [KAFKA_ERROR.notEnoughReplicas, KAFKA_ERROR.notEnoughReplicasAfterAppend];

/** Next offsets to read, by cluster name of the topic, all of one partition of a group. */
export interface GroupOffsets {
  readonly groupId: string;
  readonly partition: number;
  readonly offsets: readonly (readonly [topic: string, offset: bigint])[];
}

/**
 * One transactional id as its holder sees it: the requests of a transaction, each by itself. Any rejection leaves it
 * in a state that nobody knows; only init() makes it usable again.
 */
export class ProducerSession implements BatchProducer {
  producerId = -1n;
  producerEpoch = -1;
  readonly #sequences = new Map<string, number>();

  constructor(
    readonly transactionalId: string,
    private readonly cluster: Cluster,
    private readonly coordinators: Coordinators,
    /** The broker ends a transaction that is open for longer; no request is repeated for longer, either. */
    private readonly timeoutMs: number,
  ) {}

  /** Takes the id over: earlier holders are fenced, and what they left open is aborted before this resolves. */
  async init(): Promise<void> {
    const api = API.initProducerId;
    const { producerId, producerEpoch } = readProducerId(api, await this.#askCoordinator(api, 16, (out) => {
      out.string(this.transactionalId);
      out.int32(this.timeoutMs);
    }));
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
    this.#sequences.clear();
  }

  async addPartitions(groups: readonly PartitionGroup[]): Promise<void> {
    const topics = new Map<string, number[]>();
    for (const { topic, partition } of groups) {
      const partitions = topics.get(topic);
      if (partitions) partitions.push(partition);
      else topics.set(topic, [partition]);
    }
    let bytes = 4;
    for (const [topic, partitions] of topics) bytes += 6 + topic.length * 3 + partitions.length * 4;
    await this.#askCoordinator(API.addPartitionsToTxn, bytes, (out) => {
      this.#putProducer(out);
      out.int32(topics.size);
      for (const [topic, partitions] of topics) {
        out.string(topic);
        out.int32(partitions.length);
        for (const partition of partitions) out.int32(partition);
      }
    }, assertAllTaken);
  }

  async addGroup(groupId: string): Promise<void> {
    await this.#askCoordinator(API.addOffsetsToTxn, groupId.length * 3, (out) => {
      this.#putProducer(out);
      out.string(groupId);
    }, assertTaken);
  }

  /** After addGroup(). */
  async commitOffsets({ groupId, partition, offsets }: GroupOffsets): Promise<void> {
    const api = API.txnOffsetCommit;
    const bytes = offsets.reduce((sum, [topic]) => sum + topic.length * 3 + 24, groupId.length * 3);
    await this.coordinators.ask('group', groupId, this.timeoutMs, async (broker) => {
      assertAllTaken(api, await this.#send(broker, api, bytes, (out) => {
        out.string(this.transactionalId);
        out.string(groupId);
        out.int64(this.producerId);
        out.int16(this.producerEpoch);
        out.int32(offsets.length);
        for (const [topic, offset] of offsets) {
          out.string(topic);
          out.int32(1);
          out.int32(partition);
          out.int64(offset);
          out.int16(-1); // no metadata
        }
      }));
    });
  }

  /** Writes groups that one broker leads, in as few requests as fit. They are encoded before `ready`, and sent after. */
  async produce(nodeId: number, groups: readonly PartitionGroup[], ready: Promise<void>): Promise<void> {
    const api = API.produce;
    const cursor = { group: 0, record: 0 };
    while (cursor.group < groups.length) {
      const broker = await this.cluster.findBroker({ nodeId });
      assertSpoken(broker, api);
      const connection = connectionOf(broker);
      const buffer = takeFrame();
      const frame = produceFrame(buffer, connection.clientId, this, groups, cursor, systemClock.now());
      await ready;
      await retrying(
        this.timeoutMs,
        async () => assertProduced(api, await exchange(connection, api, frame)),
        (error) => error instanceof RefusedError && SCARCE.includes(error.errorCode),
      );
      giveFrameBack(buffer);
    }
  }

  /** Makes all of it visible. */
  async end(): Promise<void> {
    await this.#askCoordinator(API.endTxn, 1, (out) => {
      this.#putProducer(out);
      out.int8(1); // commit
    }, assertTaken);
  }

  takeSequence(topic: string, partition: number, count: number): number {
    const place = `${topic}/${partition}`;
    const first = this.#sequences.get(place) ?? 0;
    // After the largest 32-bit number comes 0.
    this.#sequences.set(place, (first + count) % 2 ** 31);
    return first;
  }

  #putProducer(out: ByteWriter): void {
    out.string(this.transactionalId);
    out.int64(this.producerId);
    out.int16(this.producerEpoch);
  }

  async #askCoordinator(api: Api, bytes: number, write: (out: ByteWriter) => void, check: (api: Api, body: Buffer) => void = assertTaken): Promise<Buffer> {
    return this.coordinators.ask('transaction', this.transactionalId, this.timeoutMs, async (broker) => {
      const body = await this.#send(broker, api, bytes, write);
      check(api, body);
      return body;
    });
  }

  /** @param bytes an upper bound of what is written behind the transactional id and the producer */
  async #send(broker: Broker, api: Api, bytes: number, write: (out: ByteWriter) => void): Promise<Buffer> {
    assertSpoken(broker, api);
    const connection = connectionOf(broker);
    const out = new ByteWriter(Buffer.allocUnsafe(bytes + 64 + (this.transactionalId.length + connection.clientId.length) * 3));
    const size = startRequest(out, api, connection.clientId);
    write(out);
    out.lengthAt(size);
    return exchange(connection, api, out.buffer.subarray(0, out.at));
  }
}
