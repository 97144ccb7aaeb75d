import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from './ledger-entry.js';
import { encodeLedgerRecord, readLedgerHead, type LedgerHead } from './ledger-record.js';
import { Ledger } from './ledger.js';

const SLOW_MACHINE_MS = 30_000;

const hex = (length: number) => fc.string({ unit: fc.nat(15).map((digit) => digit.toString(16)), minLength: length, maxLength: length });
const time = fc.integer({ min: 0, max: 2 ** 43 - 1 });
// Any code units: order keys may come from JSON, lone surrogates included.
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 12 });
const pending = fc.record({ tier: fc.nat(255), dueAt: time, orderKey: text, operation: text, dead: fc.boolean() });
const fixed = { id: hex(32), digest: hex(32), subject: hex(16), offset: fc.bigInt(0n, 2n ** 53n - 1n), at: time, attempt: fc.nat(65535), hop: fc.integer({ min: 0, max: 2 ** 32 - 1 }) };
const entry: fc.Arbitrary<LedgerEntry> = fc.oneof(
  fc.record({ ...fixed, state: fc.constantFrom('done' as const, 'dead' as const, 'parked' as const) }),
  fc.record({ ...fixed, state: fc.constant('done' as const), afterDead: fc.constant(true) }),
  fc.record({ ...fixed, state: fc.constantFrom('retrying' as const, 'held' as const, 'parked' as const, 'redriven' as const), pending }),
);
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const head: fc.Arbitrary<LedgerHead> = fc.record({
  sequence: u64, writtenAt: time, previousAt: time, nonce: text, positions: fc.array(fc.tuple(text, u64), { maxLength: 4 }).map((pairs) => new Map(pairs)),
});
const record = fc.tuple(head, fc.uniqueArray(entry, { maxLength: 6, selector: ({ id }) => id }));

const sample: LedgerEntry = {
  id: 'a'.repeat(32), digest: 'b'.repeat(32), subject: 'c'.repeat(16), offset: 7n, at: 1_000, state: 'retrying', attempt: 1, hop: 2,
  pending: { tier: 1, dueAt: 3_000, orderKey: 'example', operation: '', dead: false },
};
const { pending: _pending, ...final } = { ...sample, state: 'done' as const };
const plainHead: LedgerHead = { sequence: 4n, writtenAt: 2_000, previousAt: 1_900, positions: new Map([['in', 8n]]), nonce: '' };

function restore(value: Buffer): Ledger {
  const ledger = new Ledger({ windowMs: 10, keepDeadMs: 20 });
  ledger.restore(value);
  return ledger;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

function expectRefused(value: Buffer): void {
  for (const read of [() => readLedgerHead(value), () => restore(value)]) {
    expect(thrownBy(read)).toMatchObject({ code: 'DOCKET_LEDGER_CORRUPT', kind: 'critical' });
  }
}

/** Sets the checksum right again, as a faulty writer would. */
function sealed(value: Buffer): Buffer {
  value.writeUInt32BE(crc32(value.subarray(8)), 4);
  return value;
}

/** A record gives back what was put in, wherever it lies in memory, and nothing but an intact record is read. */
describe('ledger record', () => {
  it('gives back head and entries', () => {
    fc.assert(fc.property(record, fc.nat(9), ([head, entries], shift) => {
      const encoded = encodeLedgerRecord(head, entries);
      const value = Buffer.concat([Buffer.alloc(shift), encoded]).subarray(shift);
      expect(readLedgerHead(value)).toEqual({ ...head, count: entries.length });
      const ledger = restore(value);
      expect(ledger.size).toBe(entries.length);
      for (const one of entries) expect(ledger.get(one.id)).toEqual(one);
    }));
  });

  it('refuses every changed byte', () => {
    fc.assert(fc.property(record, fc.integer({ min: 1, max: 255 }), ([head, entries], change) => {
      const value = encodeLedgerRecord(head, entries);
      for (let at = 0; at < value.length; at++) {
        value[at] = (value[at] ?? 0) ^ change;
        expectRefused(value);
        value[at] = (value[at] ?? 0) ^ change;
      }
    }), { numRuns: 20 });
  }, SLOW_MACHINE_MS);

  it('refuses every truncation and every addition', () => {
    fc.assert(fc.property(record, ([head, entries]) => {
      const value = encodeLedgerRecord(head, entries);
      for (let length = 0; length < value.length; length++) {
        expectRefused(value.subarray(0, length));
      }
      expectRefused(Buffer.concat([value, Buffer.alloc(1)]));
    }), { numRuns: 20 });
  }, SLOW_MACHINE_MS);

  it('survives nonsense under a right checksum without another error', () => {
    fc.assert(fc.property(record, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), ([head, entries], changes) => {
      const value = encodeLedgerRecord(head, entries);
      for (const [at, byte] of changes) value[8 + (at % (value.length - 8))] = byte;
      const error = thrownBy(() => restore(sealed(value)));
      if (error !== undefined) expect(error).toMatchObject({ code: 'DOCKET_LEDGER_CORRUPT', kind: 'critical' });
    }), { numRuns: 500 });
  }, SLOW_MACHINE_MS);

  it('names what is wrong', () => {
    const value = () => encodeLedgerRecord(plainHead, [final]);
    const spoilt = (change: (bytes: Buffer) => unknown) => {
      const bytes = value();
      change(bytes);
      return () => restore(sealed(bytes));
    };
    expect(spoilt((bytes) => bytes.writeUInt32BE(1, 0))).toThrow('not of a ledger');
    expect(spoilt((bytes) => bytes.writeUInt8(2, 8))).toThrow('version 2 is not known');
    expect(spoilt((bytes) => bytes.writeUInt8(1, 9))).toThrow('unknown flags');
    expect(spoilt((bytes) => bytes.writeUInt32BE(1, 10))).toThrow('length does not match');
    expect(spoilt((bytes) => bytes.writeUInt32BE(0xffffffff, 36))).toThrow('before its entries');
    expect(spoilt((bytes) => bytes.writeUInt16BE(0xffff, 34))).toThrow('before its positions');
    expect(spoilt((bytes) => bytes.writeUInt32BE(0, 36))).toThrow('something follows');
    expect(spoilt((bytes) => bytes.writeUInt8(7, bytes.length - 1))).toThrow('unknown state');
    expect(spoilt((bytes) => bytes.writeUInt8(2, bytes.length - 1))).toThrow('unknown state');
  });

  it('takes 60 bytes a final entry', () => {
    expect(encodeLedgerRecord(plainHead, [final]).length - encodeLedgerRecord(plainHead, []).length).toBe(60);
  });

  it.each([
    ['an id in capitals', { id: 'A'.repeat(32) }],
    ['a short digest', { digest: 'b'.repeat(31) }],
    ['a subject that is not hex', { subject: 'ſ'.repeat(16) }],
    ['a negative offset', { offset: -1n }],
    ['an offset beyond 2^53', { offset: 2n ** 53n }],
    ['a fraction of a millisecond', { at: 0.5 }],
    ['a time that is no number', { at: NaN }],
    ['too many attempts', { attempt: 65_536 }],
    ['too many hops', { hop: 2 ** 32 }],
    ['a pending part with done', { state: 'done' as const }],
    ['a tier out of range', { pending: { tier: 256, dueAt: 0, orderKey: '', operation: '', dead: false } }],
    ['a due time out of range', { pending: { tier: 1, dueAt: 2 ** 43, orderKey: '', operation: '', dead: false } }],
  ])('is not written with %s', (_what, change) => {
    const error = thrownBy(() => encodeLedgerRecord(plainHead, [{ ...sample, ...change }]));
    expect(error).toMatchObject({ code: 'DOCKET_LEDGER_ENTRY', kind: 'critical' });
  });

  it('is not written without what a retry needs, nor with a negative position', () => {
    expect(() => encodeLedgerRecord(plainHead, [{ ...final, state: 'held' }])).toThrow('pending part');
    expect(() => encodeLedgerRecord({ ...plainHead, positions: new Map([['in', -1n]]) }, [])).toThrow('positions');
    expect(() => encodeLedgerRecord({ ...plainHead, writtenAt: -1 }, [])).toThrow('writtenAt');
  });
});
