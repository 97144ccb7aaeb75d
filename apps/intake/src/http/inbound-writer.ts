import { DocketError, HEADER } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import type { Caller } from '../auth/caller.js';
import type { IntakeRuntime } from '../tokens.js';
import { Problem } from './problem.js';
import type { RequestHeaders } from './read-request.js';

const MAX_RECORD_BYTES = 256 * 1024;

/** While the broker is away requests are answered 503 but stay with the writer: more than this is not taken. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;

/** What an inbound record says of itself. */
export interface InboundUnit {
  readonly topic: string;
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly value: Buffer;
  readonly digest: string;
}

/** Writes what came in over HTTP to the inbound topics; resolves only after the broker's acknowledgement. */
export class InboundWriter {
  /** Bytes handed to the broker and not acknowledged yet. */
  #pending = 0;

  constructor(private readonly runtime: IntakeRuntime) {}

  record({ topic, key, id, type, value, digest }: InboundUnit, { source }: Caller, request: RequestHeaders): OutputRecord {
    return {
      topic,
      key,
      value,
      headers: {
        [HEADER.specVersion]: '1.0',
        [HEADER.id]: id,
        [HEADER.source]: source,
        [HEADER.type]: type,
        [HEADER.time]: new Date(this.runtime.context.clock.now()).toISOString(),
        [HEADER.contentType]: 'application/json',
        [HEADER.digest]: digest,
        [HEADER.batchTraceId]: request.batchTraceId,
        ...(request.traceparent && { [HEADER.traceparent]: request.traceparent }),
      },
    };
  }

  /** Throws a 503 problem when the broker does not acknowledge in time; the same request may then be repeated. */
  async write(records: readonly OutputRecord[]): Promise<void> {
    const { clock, settings, logger } = this.runtime.context;
    const bytes = records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
    if (records.some((record) => (record.value?.length ?? 0) > MAX_RECORD_BYTES)) throw new Problem('DOCKET_BODY_TOO_LARGE');
    if (this.#pending + bytes > MAX_PENDING_BYTES) throw unavailable();
    let cancel = (): void => undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      cancel = clock.schedule(settings.ackTimeoutMs, () => reject(new DocketError('DOCKET_ACK_TIMEOUT', 'no acknowledgement in time', { kind: 'retriable' })));
    });
    this.#pending += bytes;
    const written = this.runtime.writer.write(records).finally(() => (this.#pending -= bytes));
    try {
      await Promise.race([written, limit]);
    } catch (err) {
      logger.error('the broker did not acknowledge a request', { err });
      throw unavailable();
    } finally {
      cancel();
    }
  }
}

function unavailable(): Problem {
  return new Problem('DOCKET_UNAVAILABLE', undefined, { retryAfterSeconds: 5 });
}
