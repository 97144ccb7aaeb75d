import { correlationId, payloadDigest, REQUEST_SEEN, recordSubject, type RecordsRequest } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FRONT_DOOR } from '../tokens.js';
import type { FrontDoor } from './front-door.js';
import { LineSplitter } from './line-splitter.js';
import { SubmitBatchDocs } from './openapi/submissions.docs.js';
import { Problem } from './problem.js';
import { isObject, readJson } from './read-request.js';
import { receiptDate } from './receipt-date.js';
import { senderOf, type Sender } from './sender.js';
import { begin, ended, keyName } from './submit-grant.js';

const MAX_MANIFESTS = 1_000;

/** Answer to an accepted batch: one correlation id a manifest, in the order sent. */
export interface AcceptedBatch {
  readonly batchTraceId: string;
  readonly status: 'accepted';
  readonly units: readonly { readonly correlationId: string; readonly digest: string }[];
}

@Controller('v1/records/batches')
export class BatchesController {
  constructor(@Inject(FRONT_DOOR) private readonly door: FrontDoor) {}

  @Post()
  @SubmitBatchDocs()
  @HttpCode(202)
  async submit(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AcceptedBatch> {
    const { settings, metrics } = this.door.runtime.context;
    const sender = senderOf(request);
    const { caller, given } = sender;
    const manifests = readManifests(request.body, request.headers['content-type'] ?? '');
    const units = manifests.map((manifest, index) => this.#unit(manifest, index, sender));
    const digest = payloadDigest(units.map((unit) => unit.digest));
    const name = given.idempotencyKey === undefined ? `batch ${caller.tenant} ${digest}` : keyName('record', caller.tenant, given.idempotencyKey);
    const begun = begin(this.door, [name], digest, given.batchTraceId);
    let { batchTraceId } = given;
    if (begun.state === 'replay') {
      ({ batchTraceId } = begun);
      metrics.increment('intake_replayed_total');
      void reply.header('idempotency-replayed', 'true');
    } else {
      // One unit was let in before the body was read: the rest is charged, and what comes next waits for it.
      await ended(begun, this.#write(units, manifests, sender));
      metrics.increment('intake_accepted_total', { kind: 'record' }, units.length);
    }
    void reply.header('location', `${settings.statusUrl}/batches/${batchTraceId}`);
    return { batchTraceId, status: 'accepted', units: units.map(({ correlationId: id, digest: of }) => ({ correlationId: id, digest: of })) };
  }

  #unit(manifest: object, index: number, { caller, given }: Sender) {
    const { lane } = this.door.runtime.context.settings;
    const digest = payloadDigest(manifest);
    const subject = recordSubject(caller.tenant, manifest);
    const id = given.idempotencyKey === undefined ? digest : `${given.idempotencyKey}/${index}`;
    const value = Buffer.from(JSON.stringify(manifest));
    const record = this.door.writer.record(
      { topic: `records.${lane}.submissions`, key: subject, id, type: 'docket.record.received.v1', value, digest }, caller, given,
    );
    return { record, digest, correlationId: correlationId(caller.tenant, caller.source, id, subject) };
  }

  async #write(units: readonly { readonly record: OutputRecord }[], manifests: readonly object[], sender: Sender): Promise<void> {
    const more = units.length - 1;
    this.door.admission.charge('record', more);
    this.door.limits.charge(sender.caller.tenant, more);
    await this.door.writer.write([...this.#requests(manifests, sender), ...units.map(({ record }) => record)]);
  }

  /** The clock of each request named in the batch starts on the day it was received. */
  #requests(manifests: readonly object[], { caller, given }: Sender): OutputRecord[] {
    const { settings, clock } = this.door.runtime.context;
    if (settings.lane === 'classified') return [];
    const receivedOn = receiptDate(clock.now(), settings.receiptTimeZone);
    const requests = new Map<string, RecordsRequest>();
    for (const manifest of manifests) {
      const requestId: unknown = 'requestId' in manifest ? manifest.requestId : undefined;
      const jurisdiction: unknown = 'jurisdiction' in manifest ? manifest.jurisdiction : undefined;
      if (typeof requestId !== 'string' || typeof jurisdiction !== 'string') continue;
      requests.set(requestId, { requestId, jurisdiction, receivedOn, tenant: caller.tenant });
    }
    return [...requests.values()].map((request) => {
      const digest = payloadDigest(request);
      const value = Buffer.from(JSON.stringify(request));
      return this.door.writer.record({ topic: 'records.requests', key: request.requestId, id: digest, type: REQUEST_SEEN, value, digest }, caller, given);
    });
  }
}

/** A JSON list of manifests, or one a line. Each must be an object; its content is the validator's to judge. */
function readManifests(body: unknown, contentType: string): object[] {
  const given = contentType.startsWith('application/x-ndjson') ? readLines(body) : readJson(body);
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_MANIFESTS) {
    throw new Problem('DOCKET_BATCH', `A batch is a JSON list, or NDJSON, of 1 to ${MAX_MANIFESTS} manifests.`);
  }
  return given.map((manifest: unknown, index) => {
    if (isObject(manifest)) return manifest;
    throw new Problem('DOCKET_BATCH', `Entry ${index} of the batch is no object.`);
  });
}

function readLines(body: unknown): unknown[] {
  if (!Buffer.isBuffer(body)) return [];
  const splitter = new LineSplitter(body.length);
  return [...splitter.push(body), ...splitter.end()].map(({ bytes }) => readJson(bytes));
}
