import type { Admission } from '../admission/admission.port.js';
import type { Authenticator } from '../auth/authenticator.js';
import type { IntakeRuntime } from '../tokens.js';
import { InboundWriter } from './inbound-writer.js';
import { RateLimits } from './rate-limits.js';
import { ReplayTable } from './replay-table.js';

/** What all routes of the front door share. */
export interface FrontDoor {
  readonly runtime: IntakeRuntime;
  readonly authenticator: Authenticator;
  readonly admission: Admission;
  readonly limits: RateLimits;
  readonly replays: ReplayTable;
  readonly writer: InboundWriter;
  /** Aborted when the door closes: streams then end instead of holding it open. */
  readonly closing: AbortController;
}

export function makeFrontDoor(runtime: IntakeRuntime, { authenticator, admission }: Pick<FrontDoor, 'authenticator' | 'admission'>): FrontDoor {
  const { settings, clock } = runtime.context;
  return {
    runtime,
    authenticator,
    admission,
    limits: new RateLimits((tenant) => authenticator.limitOf(tenant), clock),
    replays: new ReplayTable({ max: settings.replayEntries, maxAgeMs: settings.replayHours * 3_600_000, clock }),
    writer: new InboundWriter(runtime),
    closing: new AbortController(),
  };
}
