import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DocketError } from './errors.js';

/** RFC 8785 form of a JSON value. Throws DOCKET_NOT_CANONICAL on NaN, BigInt, lone surrogates and undefined. */
export function canonicalJson(value: unknown): string {
  const plain = plainJson(value);
  if (plain !== undefined) return plain;
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new DocketError('DOCKET_NOT_CANONICAL', 'the value has no canonical JSON form', { kind: 'poison', cause });
  }
  if (text === undefined) throw new DocketError('DOCKET_NOT_CANONICAL', 'the value has no canonical JSON form', { kind: 'poison' });
  return text;
}

/**
 * The same for what a JSON parser makes, which is nearly all: V8 writes it, several times as fast, once members stand in their
 * order. Undefined where anything is unusual; the library then decides.
 */
function plainJson(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(ordered(value));
    // How V8 writes a lone surrogate; a backslash of the text itself may look the same.
    return text.includes('\\ud') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A copy whose members are in the order of their names. Throws where a copy would not be the same JSON. */
function ordered(value: unknown): unknown {
  if (isPlain(value)) return value;
  if (Array.isArray(value)) return orderedList(value);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) throw UNUSUAL;
  const given = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const name of sortedNames(given)) {
    // Names that are numbers stand before all others in an object; the other two mean something to JavaScript.
    const first = name.charCodeAt(0);
    if ((first >= DIGIT_0 && first <= DIGIT_9) || name === '__proto__' || name === 'toJSON') throw UNUSUAL;
    const member = given[name];
    copy[name] = isPlain(member) ? member : ordered(member);
  }
  return copy;
}

/** A loop visits the holes of a list, which map() does not. */
function orderedList(list: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (const entry of list) copy.push(isPlain(entry) ? entry : ordered(entry));
  return copy;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || (typeof value === 'number' && Number.isFinite(value));
}

/** By UTF-16 code units. */
function sortedNames(value: object): string[] {
  const names = Object.keys(value);
  let before = '';
  for (const name of names) {
    if (before > name) return names.sort();
    before = name;
  }
  return names;
}

const UNUSUAL = new Error('no plain JSON');
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Lower-case hex SHA-256. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data);
}

/** SHA-256 of the RFC 8785 form: the `docket-digest` of a payload. */
export function payloadDigest(payload: unknown): string {
  return sha256Hex(canonicalJson(payload));
}

export const SHA256_HEX = /^[0-9a-f]{64}$/;
