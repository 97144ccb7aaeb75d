import { correlationId, payloadDigest, REQUEST_SEEN, recordSubject, type RecordsRequest } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { INTAKE, type IntakeRuntime } from '../tokens.js';
import { InboundWriter } from './inbound-writer.js';
import { Problem } from './problem.js';
import { readHeaders, readJson, type RequestHeaders } from './read-request.js';
import { receiptDate } from './receipt-date.js';

const MAX_MANIFESTS = 1_000;

/** Answer to an accepted batch: one correlation id a manifest, in the order sent. */
export interface AcceptedBatch {
  readonly batchTraceId: string;
  readonly status: 'accepted';
  readonly units: readonly { readonly correlationId: string; readonly digest: string }[];
}

@Controller('v1/records/batches')
export class BatchesController {
  readonly #writer: InboundWriter;

  constructor(@Inject(INTAKE) private readonly runtime: IntakeRuntime) {
    this.#writer = new InboundWriter(runtime);
  }

  @Post()
  @HttpCode(202)
  async submit(@Req() request: FastifyRequest, @Headers() headers: IncomingHttpHeaders, @Res({ passthrough: true }) reply: FastifyReply): Promise<AcceptedBatch> {
    const { settings, metrics } = this.runtime.context;
    const given = readHeaders(headers);
    const manifests = readManifests(request.body, headers['content-type'] ?? '');
    const units = manifests.map((manifest, index) => {
      const digest = payloadDigest(manifest);
      const subject = recordSubject(settings.httpTenant, manifest);
      const id = given.idempotencyKey === undefined ? digest : `${given.idempotencyKey}/${index}`;
      const record = this.#writer.record(
        `records.${settings.lane}.inbound`, subject, id, 'docket.record.manifest.v1', Buffer.from(JSON.stringify(manifest)), digest, given,
      );
      return { record, digest, correlationId: correlationId(settings.httpTenant, this.#writer.source, id, subject) };
    });
    await this.#writer.write([...this.#requests(manifests, given), ...units.map(({ record }) => record)]);
    metrics.increment('intake_accepted_total', { kind: 'record' }, units.length);
    void reply.header('location', `${settings.statusUrl}/batches/${given.batchTraceId}`);
    return {
      batchTraceId: given.batchTraceId,
      status: 'accepted',
      units: units.map(({ correlationId: id, digest }) => ({ correlationId: id, digest })),
    };
  }

  /** The clock of each request named in the batch starts on the day it was received. */
  #requests(manifests: readonly object[], given: RequestHeaders): OutputRecord[] {
    const { settings, clock } = this.runtime.context;
    if (settings.lane === 'classified') return [];
    const receivedOn = receiptDate(clock.now(), settings.receiptTimeZone);
    const requests = new Map<string, RecordsRequest>();
    for (const manifest of manifests) {
      const requestId: unknown = 'requestId' in manifest ? manifest.requestId : undefined;
      const jurisdiction: unknown = 'jurisdiction' in manifest ? manifest.jurisdiction : undefined;
      if (typeof requestId !== 'string' || typeof jurisdiction !== 'string') continue;
      requests.set(requestId, { requestId, jurisdiction, receivedOn, tenant: settings.httpTenant });
    }
    return [...requests.values()].map((value) => {
      const digest = payloadDigest(value);
      return this.#writer.record('records.requests', value.requestId, digest, REQUEST_SEEN, Buffer.from(JSON.stringify(value)), digest, given);
    });
  }
}

/** A JSON list of manifests, or one a line. Each must be an object; its content is the validator's to judge. */
function readManifests(body: unknown, contentType: string): object[] {
  const given = contentType.startsWith('application/x-ndjson') ? readLines(body) : readJson(body);
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_MANIFESTS) {
    throw new Problem(400, 'DOCKET_BATCH', 'Not a batch', `A batch is a JSON list, or NDJSON, of 1 to ${MAX_MANIFESTS} manifests.`);
  }
  return given.map((manifest: unknown, index) => {
    if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)) return manifest;
    throw new Problem(400, 'DOCKET_BATCH', 'Not a manifest', `Entry ${index} of the batch is no object.`);
  });
}

function readLines(body: unknown): unknown[] {
  if (!Buffer.isBuffer(body)) return [];
  const lines: unknown[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0x0a, at);
    const line = body.subarray(at, end < 0 ? body.length : end);
    if (line.length > 0) lines.push(readJson(line));
    at = end < 0 ? body.length : end + 1;
  }
  return lines;
}
