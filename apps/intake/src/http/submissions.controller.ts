import { correlationId, grantSubject, payloadDigest, violation } from '@docket/contracts';
import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { INTAKE, type IntakeRuntime } from '../tokens.js';
import { InboundWriter } from './inbound-writer.js';
import { Problem } from './problem.js';
import { readHeaders, readJson } from './read-request.js';

/** Answer to an accepted submission: the work is on the broker, its outcome follows at `Location`. */
export interface Accepted {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly digest: string;
  readonly status: 'accepted';
}

@Controller('v1/grants/submissions')
export class SubmissionsController {
  readonly #writer: InboundWriter;

  constructor(@Inject(INTAKE) private readonly runtime: IntakeRuntime) {
    this.#writer = new InboundWriter(runtime);
  }

  @Post()
  @HttpCode(202)
  async submit(@Req() request: FastifyRequest, @Headers() headers: IncomingHttpHeaders, @Res({ passthrough: true }) reply: FastifyReply): Promise<Accepted> {
    const { settings, metrics } = this.runtime.context;
    const given = readHeaders(headers);
    const payload = readJson(request.body);
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      throw new Problem(400, 'DOCKET_NOT_AN_OBJECT', 'Not an object', 'A submission is one JSON object.');
    }
    const digest = payloadDigest(payload);
    if (given.digest !== undefined && given.digest !== digest) {
      throw new Problem(422, 'DOCKET_RULE_SEC_HASH_01', 'Digest mismatch', 'docket-digest is not the SHA-256 of the RFC 8785 form of the body.', {
        violations: [violation('SEC-HASH-01', '$', 'the digest given is not that of the payload', 'SHA-256 of the RFC 8785 form', 'string')],
      });
    }
    const tenant = settings.httpTenant;
    const subject = grantSubject(tenant, payload);
    const id = given.idempotencyKey ?? digest;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    await this.#writer.write([this.#writer.record('grants.inbound', subject, id, 'docket.grant.submission.v1', body, digest, given)]);
    metrics.increment('intake_accepted_total', { kind: 'grant' });
    const accepted = correlationId(tenant, this.#writer.source, id, subject);
    void reply.header('location', `${settings.statusUrl}/units/${accepted}`);
    return { correlationId: accepted, batchTraceId: given.batchTraceId, digest, status: 'accepted' };
  }
}
