import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeClaim, encodeClaim } from './claim-codec.js';

const claim = fc.record({
  instance: fc.string({ unit: 'grapheme', maxLength: 40 }),
  bootAt: fc.maxSafeNat(),
  tasks: fc.array(fc.record({ partition: fc.integer({ min: 0, max: 2 ** 31 - 1 }), marker: fc.bigInt(-1n, 2n ** 63n - 1n) }), { maxLength: 20 }),
});
const nobody = { memberId: 'm', instance: 'm', bootAt: 0, tasks: [] };

it('reads what was written', () => {
  fc.assert(fc.property(claim, (written) => {
    expect(decodeClaim('m', encodeClaim(written))).toEqual({ memberId: 'm', ...written });
  }));
});

it('what is cut short, too long or of another version is a member without claims', () => {
  fc.assert(fc.property(claim, fc.nat(), (written, cut) => {
    const data = encodeClaim(written);
    expect(decodeClaim('m', data.subarray(0, cut % data.length))).toEqual(nobody);
    expect(decodeClaim('m', Buffer.concat([data, Buffer.from([0])]))).toEqual(nobody);
    data.writeUInt8(2, 0);
    expect(decodeClaim('m', data)).toEqual(nobody);
  }));
});

it('pitfall 2: never throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    expect(decodeClaim('m', Buffer.from([1, ...bytes])).memberId).toBe('m');
  }), { numRuns: 2_000 });
});

it('a name that is no UTF-8, or a time that is none, is refused', () => {
  const bad = encodeClaim({ instance: 'x', bootAt: 1, tasks: [] });
  bad.writeUInt8(0xff, 11);
  expect(decodeClaim('m', bad)).toEqual(nobody);
  const late = encodeClaim({ instance: 'x', bootAt: 1, tasks: [] });
  late.writeBigUInt64BE(2n ** 63n, 1);
  expect(decodeClaim('m', late)).toEqual(nobody);
});
