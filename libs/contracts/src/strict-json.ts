import { parse } from 'lossless-json';
import { poison } from './errors.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Deepest nesting that a body may have. */
const MAX_DEPTH = 32;

/**
 * Parses JSON without repairing it: refuses invalid UTF-8, duplicate keys, lone surrogates, numbers that a
 * double cannot hold exactly as integers, keys that name members of every object, and nesting deeper than 32.
 * Throws DOCKET_POISON_JSON or DOCKET_POISON_UTF8 (kind `poison`); messages never quote the input.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw poison('DOCKET_POISON_UTF8', 'the body is not valid UTF-8');
  }
  assertDepth(text);
  let value: unknown;
  try {
    value = parse(text, undefined, {
      parseNumber: exactNumber,
      onDuplicateKey: () => { throw new SyntaxError('duplicate key'); },
    });
  } catch {
    throw poison('DOCKET_POISON_JSON', 'the body is not strict JSON: check syntax, duplicate keys and number ranges');
  }
  assertSafe(value);
  return value;
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    throw new SyntaxError('number out of range');
  }
  return value;
}

/** Runs before the recursive parser, so that depth cannot exhaust the stack. */
function assertDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) throw poison('DOCKET_POISON_JSON', `the body nests deeper than ${MAX_DEPTH}`);
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
}

function assertSafe(value: unknown): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw poison('DOCKET_POISON_JSON', 'the body has a lone surrogate');
  } else if (Array.isArray(value)) {
    value.forEach(assertSafe);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      // class-transformer would drop these without a word, and what was checked would not be what is passed on.
      if (key in Object.prototype || key === 'prototype') throw poison('DOCKET_POISON_JSON', 'the body has a reserved key');
      assertSafe(key);
      assertSafe(member);
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) throw poison('DOCKET_POISON_JSON', 'the body has a reserved key');
  }
}
