import { correlationId, DocketError, grantSubject, HEADER, isDocketError, originId, recordSubject } from '@docket/contracts';
import type { RecordWriter } from '@docket/stage-kafka';
import { request } from 'undici';
import { z } from 'zod';
import type { Sample } from './sample.schema.js';

/** A sample on its way: the correlation id under which its outcome will be found. */
export interface SentSample {
  readonly sample: Sample;
  readonly correlationId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Copies that the front door knew, and answered without sending them on. */
  readonly replayed: number;
}

/** What was sent once. */
interface Sent {
  readonly correlationId: string;
  readonly replayed: boolean;
}

export interface Doors {
  /** Base URL of intake in the standard lane. */
  readonly intakeUrl: string;
  readonly writer: RecordWriter;
  /** Tenant of each ce_source, as intake is configured. */
  readonly sources: Readonly<Record<string, string>>;
}

const acceptedSchema = z.object({ correlationId: z.string() });
const batchSchema = z.object({ units: z.array(z.object({ correlationId: z.string() })) });

/** Sends every sample through its door, in the order of the file; entries of one batch travel together. */
export async function sendSamples(samples: readonly Sample[], doors: Doors): Promise<SentSample[]> {
  const sent: SentSample[] = [];
  const batches = new Set<string>();
  for (const sample of samples) {
    if (sample.batch !== undefined) {
      if (batches.has(sample.batch)) continue;
      batches.add(sample.batch);
      sent.push(...(await sendBatch(samples.filter((other) => other.batch === sample.batch), doors)));
      continue;
    }
    const sentAt = Date.now();
    const copies: Sent[] = [];
    for (let time = 0; time < sample.repeat; time++) copies.push(sample.door === 'http' ? await post(sample, doors) : await produce(sample, doors));
    sent.push({ sample, correlationId: copies[0]?.correlationId ?? '', sentAt, replayed: copies.filter(({ replayed }) => replayed).length });
  }
  return sent;
}

async function post(sample: Sample, { intakeUrl }: Doors): Promise<Sent> {
  if (sample.kind === 'record') return (await postBatch([sample], intakeUrl))[0] ?? { correlationId: '', replayed: false };
  const { body, replayed } = await call(`${intakeUrl}/v1/grants/submissions`, sample, sample.payload);
  return { correlationId: acceptedSchema.parse(body).correlationId, replayed };
}

async function sendBatch(samples: readonly Sample[], { intakeUrl }: Doors): Promise<SentSample[]> {
  const sentAt = Date.now();
  const units = await postBatch(samples, intakeUrl);
  return samples.map((sample, index) => ({ sample, correlationId: units[index]?.correlationId ?? '', sentAt, replayed: units[index]?.replayed ? 1 : 0 }));
}

async function postBatch(samples: readonly Sample[], intakeUrl: string): Promise<Sent[]> {
  const [first] = samples;
  if (!first) return [];
  const body = Buffer.from(`[${samples.map(({ payload }) => payload.toString('utf8')).join(',')}]`);
  const answer = await call(`${intakeUrl}/v1/records/batches`, first, body);
  return batchSchema.parse(answer.body).units.map(({ correlationId: id }) => ({ correlationId: id, replayed: answer.replayed }));
}

/** Intake may be just being started again: a refused connection and a 503 are tried again with the same key. */
async function call(url: string, sample: Sample, body: Buffer): Promise<{ body: unknown; replayed: boolean }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await request(url, {
        method: 'POST', body, headers: { 'content-type': 'application/json', 'idempotency-key': sample.id, ...sample.headers },
      });
      const answer: unknown = await response.body.json();
      if (response.statusCode === 202) return { body: answer, replayed: response.headers['idempotency-replayed'] === 'true' };
      throw new DocketError('DOCKET_SAMPLE_REFUSED', `${sample.name}: intake answered ${response.statusCode}`, {
        kind: response.statusCode === 503 ? 'retriable' : 'critical',
      });
    } catch (error) {
      const final = isDocketError(error) && !error.retriable;
      if (final || attempt >= 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** As an upstream system would: straight onto the inbound topic, with the headers that writers must set. */
async function produce(sample: Sample, { writer, sources }: Doors): Promise<Sent> {
  const source = sample.source ?? '';
  const topic = sample.kind === 'grant' ? 'grants.inbound' : `records.${sample.lane}.inbound`;
  const payload = jsonOf(sample.payload);
  const written = await writer.writeOne({
    topic,
    key: sample.id,
    value: sample.payload,
    headers: {
      [HEADER.id]: sample.id,
      [HEADER.source]: source,
      [HEADER.type]: sample.kind === 'grant' ? 'docket.grant.submission.v1' : 'docket.record.manifest.v1',
      [HEADER.contentType]: 'application/json',
      ...sample.headers,
    },
  });
  const tenant = sources[source];
  const id = payload === undefined || tenant === undefined
    ? originId(topic, written.partition, written.offset)
    : correlationId(tenant, source, sample.id, sample.kind === 'grant' ? grantSubject(tenant, payload) : recordSubject(tenant, payload));
  return { correlationId: id, replayed: false };
}

function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
