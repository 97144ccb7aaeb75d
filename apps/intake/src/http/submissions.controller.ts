import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FRONT_DOOR } from '../tokens.js';
import type { FrontDoor } from './front-door.js';
import { SubmitGrantDocs } from './openapi/submissions.docs.js';
import { senderOf } from './sender.js';
import { submitGrant } from './submit-grant.js';

/** Answer to an accepted submission: the work is on the broker, its outcome follows at `Location`. */
export interface Accepted {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly digest: string;
  readonly status: 'accepted';
}

@Controller('v1/grants/submissions')
export class SubmissionsController {
  constructor(@Inject(FRONT_DOOR) private readonly door: FrontDoor) {}

  @Post()
  @SubmitGrantDocs()
  @HttpCode(202)
  async submit(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Accepted> {
    const { caller, given } = senderOf(request);
    const { location, replayed, ...accepted } = await submitGrant(this.door, caller, given, request.body);
    void reply.header('location', location);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return { ...accepted, status: 'accepted' };
  }
}
