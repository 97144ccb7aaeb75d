import { createHash, hash } from 'node:crypto';
import { sha256Hex } from './canonical.js';

/** Namespace of every Docket name (UUIDv4, fixed for ever: all correlation ids hang on it). */
const DOCKET_NAMESPACE = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** RFC 9562 UUID version 5. */
export function uuidV5(namespace: string, name: string | Uint8Array): string {
  const bytes = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Joins parts so that no two different lists give the same bytes. */
export function lengthPrefixed(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/**
 * Correlation id of a unit: the same request gets the same id without a look-up.
 * @param subject what the unit is about, from grantSubject or recordSubject
 */
export function correlationId(tenant: string, source: string, id: string, subject: string): string {
  return uuidV5(uuidV5(DOCKET_NAMESPACE, tenant), lengthPrefixed(source, id, subject));
}

/** Identity of a record that cannot be read: the place where it lies. */
export function originId(topic: string, partition: number, offset: bigint): string {
  return uuidV5(DOCKET_NAMESPACE, lengthPrefixed('origin', topic, String(partition), String(offset)));
}

/** Deterministic `ce_id` of a stage's output for an input; `ordinal` tells its outputs apart: a repeat of the input repeats the id. */
export function outputId(stage: string, inputSource: string, inputId: string, ordinal: string): string {
  const parts = `${stage.length}:${stage}${inputSource.length}:${inputSource}${inputId.length}:${inputId}${ordinal.length}:${ordinal}`;
  return hash('sha256', parts).slice(0, 32);
}

/** Subject of a grant: tenant, grantId and applicant UEI; a part that is no string counts as empty. */
export function grantSubject(tenant: string, payload: unknown): string {
  const grant = asObject(payload);
  return sha256Hex(lengthPrefixed('grant', tenant, text(grant['grantId']), text(grant['applicantUei']))).slice(0, 32);
}

/** Subject of a record: tenant and document digest. */
export function recordSubject(tenant: string, payload: unknown): string {
  return sha256Hex(lengthPrefixed('record', tenant, text(asObject(payload)['digest']))).slice(0, 32);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
