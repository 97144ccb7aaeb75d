import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { FRONT_DOOR } from '../tokens.js';
import { answerLines, type Answers } from './answer-lines.js';
import type { FrontDoor } from './front-door.js';
import { LineInput } from './line-input.js';
import type { Line } from './line-splitter.js';
import { StreamGrantsDocs } from './openapi/submissions.docs.js';
import { PacedAdmission } from './paced-admission.js';
import { notLetIn, problemDocument, type ProblemDocument, Problem } from './problem.js';
import { toProblem } from './problem.filter.js';
import { senderOf, type Sender } from './sender.js';
import { submitGrant } from './submit-grant.js';

/** Result of one line. */
export type LineResult =
  | { readonly line: number; readonly status: 202; readonly correlationId: string; readonly digest: string; readonly location: string; readonly replayed: boolean }
  | { readonly line: number; readonly status: number; readonly problem: ProblemDocument };

@Controller('v1/grants/submissions/stream')
export class SubmissionStreamController {
  constructor(@Inject(FRONT_DOOR) private readonly door: FrontDoor) {}

  /** 200, since it is answered before what the lines hold is known: each result has a status of its own. */
  @Post()
  @StreamGrantsDocs()
  @HttpCode(200)
  submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { context: { settings, clock } } = this.door.runtime;
    const sender = senderOf(request);
    if (!(request.body instanceof Readable)) throw new Problem('DOCKET_MEDIA_TYPE', 'A stream of submissions is application/x-ndjson, one a line.');
    const input = new LineInput(request.body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>, {
      maxLineBytes: settings.maxBodyBytes,
      clock,
      idleMs: settings.streamIdleMs,
      totalMs: settings.streamTotalMs,
      closing: this.door.closing.signal,
    });
    const pace = new PacedAdmission({
      admission: this.door.admission,
      limits: this.door.limits,
      tenant: sender.caller.tenant,
      kind: 'grant',
      clock,
      endsAt: clock.now() + settings.streamTotalMs,
      isOver: () => this.door.closing.signal.aborted || reply.raw.destroyed,
    });
    // It may stand still for longer than a connection may, while lines wait for their turn; it has its own bounds in time.
    request.raw.socket.setTimeout(0);
    const answers: Answers = {
      line: (line) => this.#answer(line, sender, pace),
      endedEarly: (line, why) => this.#refused(line, new Problem(why === 'slow' ? 'DOCKET_REQUEST_TIMEOUT' : 'DOCKET_UNAVAILABLE', undefined, why === 'slow' ? {} : { retryAfterSeconds: 5 })),
    };
    void reply
      .header('content-type', 'application/x-ndjson')
      // It may end before its body, and then nobody could tell where the next request begins.
      .header('connection', 'close')
      .header('docket-batch-trace-id', sender.given.batchTraceId)
      .send(Readable.from(answerLines(input, answers), { highWaterMark: 4 }));
  }

  async #answer({ number, bytes }: Line, { caller, given }: Sender, pace: PacedAdmission): Promise<LineResult> {
    try {
      if (!bytes) throw new Problem('DOCKET_BODY_TOO_LARGE');
      // The connection is open anyway: lines above the tenant's rate wait for their turn, and with them the sender.
      await pace.keepRate();
      const own = { ...given, idempotencyKey: given.idempotencyKey && `${given.idempotencyKey}/${number}` };
      // Only what is new asks to be let in: a repeat makes no work, and most of them are known by their content alone.
      const admit = async () => {
        const refusal = await pace.enter();
        if (refusal) throw notLetIn(refusal);
      };
      const { correlationId, digest, location, replayed } = await submitGrant(this.door, caller, own, bytes, admit);
      return { line: number, status: 202, correlationId, digest, location, replayed };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'DOCKET_INTERNAL') this.door.runtime.context.logger.error('a line of a stream failed on our side', { err: error });
      return this.#refused(number, problem);
    }
  }

  #refused(line: number, problem: Problem): LineResult {
    const { settings, metrics } = this.door.runtime.context;
    if (problem.reason !== undefined) metrics.increment('intake_rejected_total', { reason: problem.reason });
    return { line, status: problem.status, problem: problemDocument(problem, settings.problemBaseUrl) };
  }
}
