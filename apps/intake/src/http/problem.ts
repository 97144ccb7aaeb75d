import type { Violation } from '@docket/contracts';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../admission/admission.port.js';
import { PROBLEMS, slugOf, type ProblemCode, type ProblemKind } from './problem-catalogue.js';

interface More {
  readonly violations?: readonly Violation[];
  readonly retryAfterSeconds?: number;
  /** Of DOCKET_ADMISSION: why. */
  readonly refused?: Refusal['reason'];
  /** The answer says by which schemes one can authenticate. */
  readonly authenticate?: boolean;
  /** Methods that the resource takes. */
  readonly allow?: string;
}

/** An RFC 9457 problem of the catalogue. */
export class Problem extends Error {
  readonly kind: ProblemKind;

  /** @param detail what to do about this very request; the catalogue's text where nothing more is known */
  constructor(readonly code: ProblemCode, readonly detail: string = PROBLEMS[code].text, readonly more: More = {}) {
    super(PROBLEMS[code].title);
    this.kind = PROBLEMS[code];
  }

  get status(): number {
    return this.kind.status;
  }

  /** `reason` of intake_rejected_total. */
  get reason(): string | undefined {
    return this.more.refused ?? this.kind.reason;
  }
}

/** What the stages behind cannot bear for now. */
export function notLetIn({ reason, retryAfterSeconds }: Refusal): Problem {
  return new Problem('DOCKET_ADMISSION', undefined, { refused: reason, retryAfterSeconds });
}

/** Members of application/problem+json. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly reason?: Refusal['reason'];
  readonly retryAfterSeconds?: number;
  readonly violations?: readonly Violation[];
}

/** @param base what types begin with: `/problems/`, or the same behind the front door's public address */
export function problemDocument({ code, kind, detail, more }: Problem, base: string): ProblemDocument {
  return {
    type: `${base}${slugOf(code)}`,
    title: kind.title,
    status: kind.status,
    detail,
    code,
    ...(more.refused && { reason: more.refused }),
    ...(more.retryAfterSeconds !== undefined && { retryAfterSeconds: more.retryAfterSeconds }),
    ...(more.violations && { violations: more.violations }),
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem, base: string): void {
  const { more } = problem;
  if (more.retryAfterSeconds !== undefined) void reply.header('retry-after', String(more.retryAfterSeconds));
  if (more.authenticate) void reply.header('www-authenticate', 'Bearer realm="docket", ApiKey realm="docket"');
  if (more.allow !== undefined) void reply.header('allow', more.allow);
  // As text: Fastify would put a charset behind the type, which JSON does not have.
  void reply.status(problem.status).header('content-type', 'application/problem+json').serializer(String).send(JSON.stringify(problemDocument(problem, base)));
}
