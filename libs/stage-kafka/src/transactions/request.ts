import type { ByteWriter } from './byte-writer.js';
import type { Broker, Connection } from './producer-cluster.js';
import { RefusedError } from './refused-error.js';

/** The requests of a transaction: key and version. All are answered since Kafka 2.1, by 4.x too. */
export const API = {
  produce: { key: 0, version: 7, name: 'Produce' },
  initProducerId: { key: 22, version: 1, name: 'InitProducerId' },
  addPartitionsToTxn: { key: 24, version: 1, name: 'AddPartitionsToTxn' },
  addOffsetsToTxn: { key: 25, version: 1, name: 'AddOffsetsToTxn' },
  endTxn: { key: 26, version: 1, name: 'EndTxn' },
  txnOffsetCommit: { key: 28, version: 1, name: 'TxnOffsetCommit' },
} as const;

export type Api = (typeof API)[keyof typeof API];

const CORRELATION_AT = 8;

/** The broker's answer to a request for a version that it does not speak. */
const UNSUPPORTED_VERSION = 35;

/** Writes the head of a request; its length goes to the returned place when its end is known. */
export function startRequest(out: ByteWriter, api: Api, clientId: string): number {
  const size = out.placeInt32();
  out.int16(api.key);
  out.int16(api.version);
  out.int32(0); // correlation id: see exchange()
  out.string(clientId);
  return size;
}

/** The connection of a broker that cluster.findBroker() has returned. */
export function connectionOf(broker: Broker): Connection {
  const connection = broker.connectionPool.pool[0];
  if (!connection?.isConnected()) throw new Error('the connection to the broker is closed');
  return connection;
}

/** Throws where the broker does not answer the request in the one version that is written here. */
export function assertSpoken(broker: Broker, api: Api): void {
  const range = broker.versions[api.key];
  if (!range || range.minVersion > api.version || range.maxVersion < api.version) throw new RefusedError(api.name, UNSUPPORTED_VERSION);
}

/**
 * Sends a whole request and resolves with the body of its answer. It may be sent again, with the same bytes. Rejects
 * when the connection closes or the request time-out passes: then it may have been carried out or not.
 */
export async function exchange(connection: Connection, api: Api, frame: Buffer): Promise<Buffer> {
  const correlationId = connection.nextCorrelationId();
  frame.writeInt32BE(correlationId, CORRELATION_AT);
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey: api.key, apiName: api.name, apiVersion: api.version, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => write(connection.socket, frame),
    });
  });
  return payload;
}

/** What is sent in one turn goes in one system call. */
function write(socket: Connection['socket'], frame: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  socket.write(frame);
}
