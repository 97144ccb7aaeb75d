import { correlationId, grantSubject, payloadDigest, violation } from '@docket/contracts';
import type { Caller } from '../auth/caller.js';
import type { FrontDoor } from './front-door.js';
import { Problem } from './problem.js';
import { isObject, readJson, type RequestHeaders } from './read-request.js';
import type { Begun } from './replay-table.js';

/** A submission that lies on the broker, now or since an earlier request. */
export interface Submitted {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly digest: string;
  readonly location: string;
  readonly replayed: boolean;
}

/** Whether a submission under this key would be answered without work, and so needs no admission. */
export function isKnownGrant(door: FrontDoor, { tenant }: Caller, { idempotencyKey: key }: RequestHeaders): boolean {
  return key !== undefined && door.replays.knows(keyName('grant', tenant, key));
}

/** Name of a key in the table of known submissions; no tenant has a space in its name. */
export function keyName(kind: 'grant' | 'record', tenant: string, key: string): string {
  return `${kind} ${tenant} ${key}`;
}

/**
 * Takes one grant: strictly read, its digest made and checked, acknowledged by the broker. Throws problems.
 * @param admit asked once it is known to be no replay, where it was not asked before the body; throws where it is not let in
 */
export async function submitGrant(
  door: FrontDoor, caller: Caller, given: RequestHeaders, body: unknown, admit?: () => Promise<void>,
): Promise<Submitted> {
  const { context: { settings, metrics } } = door.runtime;
  const payload = readJson(body);
  if (!isObject(payload)) throw new Problem('DOCKET_NOT_AN_OBJECT');
  const digest = payloadDigest(payload);
  if (given.digest !== undefined && given.digest !== digest) throw otherDigest();
  const { tenant, source } = caller;
  const subject = grantSubject(tenant, payload);
  const id = given.idempotencyKey ?? digest;
  const unit = correlationId(tenant, source, id, subject);
  const names: [string, ...string[]] = given.idempotencyKey === undefined ? [unit] : [keyName('grant', tenant, given.idempotencyKey), unit];
  const begun = begin(door, names, digest, given.batchTraceId);
  const submitted = { correlationId: unit, digest, location: `${settings.statusUrl}/units/${unit}` };
  if (begun.state === 'replay') {
    metrics.increment('intake_replayed_total');
    return { ...submitted, batchTraceId: begun.batchTraceId, replayed: true };
  }
  const value = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const write = async () => {
    if (admit) await admit();
    const record = door.writer.record({ topic: 'grants.submissions', key: subject, id, type: 'docket.grant.received.v1', value, digest }, caller, given);
    await door.writer.write([record]);
  };
  await ended(begun, write());
  metrics.increment('intake_accepted_total', { kind: 'grant' });
  return { ...submitted, batchTraceId: given.batchTraceId, replayed: false };
}

type Open = Extract<Begun, { state: 'new' | 'replay' }>;

/** Throws problems where the key is used for another payload, or the same is under way. */
export function begin({ replays }: FrontDoor, names: [string, ...string[]], digest: string, batchTraceId: string): Open {
  const begun = replays.begin(names, digest, batchTraceId);
  switch (begun.state) {
    case 'reused':
      throw new Problem('DOCKET_IDEMPOTENCY_REUSED');
    case 'in-flight':
      throw new Problem('DOCKET_IDEMPOTENCY_IN_FLIGHT', undefined, { retryAfterSeconds: 1 });
    default:
      return begun;
  }
}

/** What was not let in, or not acknowledged by the broker, so that nobody knows whether it took it, may be sent again. */
export async function ended(begun: Extract<Begun, { state: 'new' }>, written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    begun.failed();
    throw error;
  }
  begun.done();
}

function otherDigest(): Problem {
  return new Problem('DOCKET_RULE_SEC_HASH_01', undefined, {
    violations: [violation('SEC-HASH-01', '$', 'the digest given is not that of the payload', 'SHA-256 of the RFC 8785 form', 'string')],
  });
}
