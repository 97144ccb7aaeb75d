/**
 * A reader of JSON that shares no code with the services: a byte is either part of one strict text or the whole is refused. Says
 * what is wrong instead of throwing. Strict: UTF-8 without mark or damage, one value, no repeated or reserved key, no lone
 * surrogate, no number that a double does not hold, no nesting deeper than 32.
 */
export type StrictReading = { readonly value: unknown } | { readonly fault: string };

const DEEPEST = 32;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LARGEST = 2 ** 53 - 1;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
/** What every object has, or would be a way to its prototype. */
const RESERVED = new Set([
  '__proto__', 'prototype', 'constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toString', 'toLocaleString', 'valueOf',
  '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__',
]);

class Fault extends Error {}

export function readStrictJson(bytes: Uint8Array): StrictReading {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = given.toString('utf8');
  // What was not UTF-8 has become other bytes.
  if (!Buffer.from(text, 'utf8').equals(given)) return { fault: 'UTF-8' };
  try {
    const reader = new Reader(text);
    return { value: reader.whole() };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.#value(1);
    this.#space();
    if (this.#at < this.text.length) throw new Fault('more than one value');
    return value;
  }

  #value(depth: number): unknown {
    this.#space();
    switch (this.text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): Record<string, unknown> {
    this.#enter(depth);
    const members = new Map<string, unknown>();
    this.#space();
    if (!this.#take('}')) {
      do {
        this.#space();
        const key = this.#string();
        if (RESERVED.has(key)) throw new Fault('reserved key');
        if (members.has(key)) throw new Fault('repeated key');
        this.#space();
        if (!this.#take(':')) throw new Fault('colon');
        members.set(key, this.#value(depth + 1));
        this.#space();
      } while (this.#take(','));
      if (!this.#take('}')) throw new Fault('end of object');
    }
    return Object.fromEntries(members);
  }

  #list(depth: number): unknown[] {
    this.#enter(depth);
    const items: unknown[] = [];
    this.#space();
    if (this.#take(']')) return items;
    do {
      items.push(this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) throw new Fault('end of list');
    return items;
  }

  #enter(depth: number): void {
    if (depth > DEEPEST) throw new Fault('depth');
    this.#at += 1;
  }

  #string(): string {
    if (!this.#take('"')) throw new Fault('string');
    let result = '';
    for (;;) {
      const next = this.text[this.#at];
      if (next === undefined || next < ' ') throw new Fault('string');
      this.#at += 1;
      if (next === '"') break;
      result += next === '\\' ? this.#escape() : next;
    }
    for (const part of result) {
      const code = part.codePointAt(0) ?? 0;
      if (code >= 0xd800 && code <= 0xdfff) throw new Fault('lone surrogate');
    }
    return result;
  }

  #escape(): string {
    const kind = this.text[this.#at] ?? '';
    this.#at += 1;
    const plain = ESCAPES[kind];
    if (plain !== undefined) return plain;
    const hex = this.text.slice(this.#at, this.#at + 4);
    if (kind !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) throw new Fault('escape');
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.text)?.[0];
    if (found === undefined) throw new Fault('value');
    this.#at += found.length;
    const value = Number(found);
    if (Math.abs(value) === Infinity || (value % 1 === 0 && Math.abs(value) > LARGEST)) throw new Fault('number');
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.#at)) throw new Fault('value');
    this.#at += word.length;
    return value;
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.text[this.#at] ?? '.')) this.#at += 1;
  }
}
