import { createHmac } from 'node:crypto';
import { DocketError } from '@docket/contracts';
import type { Secret } from '../credentials/secret.js';

const FORM = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
/** As long as it takes a person. */
const WAIT_MS = 30_000;

/** What is signed: a Standard Webhooks message. */
export interface WebhookMessage {
  /** The same for each repeat. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0 for this message, signed with HMAC-SHA256 (`v1`). Throws as signingKey does. */
export function signWebhook({ id, now, body }: WebhookMessage, secret: Secret): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', signingKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** The key within a secret. Throws DOCKET_CREDENTIAL (throttled) where it is none. */
export function signingKey(secret: Secret): Buffer {
  const [, text] = FORM.exec(secret.reveal()) ?? [];
  const key = Buffer.from(text ?? '', 'base64');
  if (key.length >= 24 && key.length <= 64) return key;
  throw new DocketError('DOCKET_CREDENTIAL', 'a signing secret must be whsec_ and the base64 of 24 to 64 bytes', { kind: 'throttled', retryAfterMs: WAIT_MS });
}
