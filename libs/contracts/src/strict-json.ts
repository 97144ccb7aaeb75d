import { poison } from './errors.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Deepest nesting that a body may have. */
const MAX_DEPTH = 32;

/** class-transformer would drop these without a word, and what was checked would not be what is passed on. */
const RESERVED: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Parses JSON without repairing it: refuses invalid UTF-8, a byte order mark, duplicate keys, lone surrogates, numbers that
 * a double cannot hold exactly as integers, keys that name members of every object, and nesting deeper than 32.
 * Throws DOCKET_POISON_JSON or DOCKET_POISON_UTF8 (kind `poison`); messages never quote the input.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw poison('DOCKET_POISON_UTF8', 'the body is not valid UTF-8');
  }
  const keys = countKeys(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw poison('DOCKET_POISON_JSON', 'the body is not strict JSON: check its syntax');
  }
  // Of keys that are there twice JSON.parse keeps the last: it then holds fewer than were written, however they were escaped.
  if (checkMembers(value) !== keys) throw poison('DOCKET_POISON_JSON', 'the body has a duplicate key');
  return value;
}

/** Keys that the text writes, where it is JSON. Runs before the parser, so that depth cannot exhaust the stack. */
function countKeys(text: string): number {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === COLON) keys++;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) throw poison('DOCKET_POISON_JSON', `the body nests deeper than ${MAX_DEPTH}`);
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return keys;
}

/** Place of the quote that ends the string beginning there. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i;
  }
  return text.length;
}

/** Throws where a part of the value is not to be had; else the number of keys in it. */
function checkMembers(value: unknown): number {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw poison('DOCKET_POISON_JSON', 'the body has a lone surrogate');
      return 0;
    case 'number':
      // Only what is no integer is in no danger: JSON.parse rounds, and says so nowhere.
      if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))) return 0;
      throw poison('DOCKET_POISON_JSON', 'the body has a number that cannot be held exactly');
    case 'object':
      return value === null ? 0 : Array.isArray(value) ? checkList(value) : checkObject(value as Readonly<Record<string, unknown>>);
    default:
      return 0;
  }
}

function checkList(list: readonly unknown[]): number {
  let keys = 0;
  for (const member of list) keys += checkMembers(member);
  return keys;
}

function checkObject(object: Readonly<Record<string, unknown>>): number {
  const names = Object.keys(object);
  let keys = names.length;
  for (const name of names) {
    if (RESERVED.has(name)) throw poison('DOCKET_POISON_JSON', 'the body has a reserved key');
    if (!name.isWellFormed()) throw poison('DOCKET_POISON_JSON', 'the body has a lone surrogate');
    keys += checkMembers(object[name]);
  }
  return keys;
}
