import { hash } from 'node:crypto';
import { sha256Hex } from './canonical.js';

/** Namespace of every Docket name (UUIDv4, fixed for ever: all correlation ids hang on it). */
const DOCKET_NAMESPACE = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** RFC 9562 UUID version 5. */
export function uuidV5(namespace: string, name: string | Uint8Array): string {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const hex = hash('sha1', Buffer.concat([space, typeof name === 'string' ? Buffer.from(name, 'utf8') : name]));
  // Of the eighth byte the upper two bits are the variant; the version is a digit of its own.
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Tenants come and go; the names of so many are kept. */
const MAX_NAMESPACES = 1_000;
const namespaces = new Map<string, string>();

/** Namespace of a tenant's units: the same for each of them, so it is made once. */
function tenantNamespace(tenant: string): string {
  let namespace = namespaces.get(tenant);
  if (namespace === undefined) {
    if (namespaces.size >= MAX_NAMESPACES) namespaces.clear();
    namespaces.set(tenant, (namespace = uuidV5(DOCKET_NAMESPACE, tenant)));
  }
  return namespace;
}

/** Joins parts so that no two different lists give the same bytes. */
export function lengthPrefixed(...parts: readonly string[]): Buffer {
  const lengths = parts.map((part) => Buffer.byteLength(part));
  const joined = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  parts.forEach((part, index) => {
    at = joined.writeUInt32BE(lengths[index] ?? 0, at);
    at += joined.write(part, at);
  });
  return joined;
}

/**
 * Correlation id of a unit: the same request gets the same id without a look-up.
 * @param subject what the unit is about, from grantSubject or recordSubject
 */
export function correlationId(tenant: string, source: string, id: string, subject: string): string {
  return uuidV5(tenantNamespace(tenant), lengthPrefixed(source, id, subject));
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
