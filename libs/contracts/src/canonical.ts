import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DocketError } from './errors.js';

/** RFC 8785 form of a JSON value. Throws DOCKET_NOT_CANONICAL on NaN, BigInt, lone surrogates and undefined. */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new DocketError('DOCKET_NOT_CANONICAL', 'the value has no canonical JSON form', { kind: 'poison', cause });
  }
  if (text === undefined) throw new DocketError('DOCKET_NOT_CANONICAL', 'the value has no canonical JSON form', { kind: 'poison' });
  return text;
}

/** Lower-case hex SHA-256. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the RFC 8785 form: the `docket-digest` of a payload. */
export function payloadDigest(payload: unknown): string {
  return sha256Hex(canonicalJson(payload));
}

export const SHA256_HEX = /^[0-9a-f]{64}$/;
