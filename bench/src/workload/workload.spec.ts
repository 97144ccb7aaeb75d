import { describe, expect, it } from 'vitest';
import { applyHop, HOPS, parsePayload } from './hops.js';
import { UNIT_BYTES, unitId, unitJson, unitKey } from './unit.js';

const [receive, validate, conclude] = HOPS as [(typeof HOPS)[0], (typeof HOPS)[0], (typeof HOPS)[0]];
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const unit = (change: object = {}) => bytes({ ...parsePayload(Buffer.from(unitJson(7, 1_000.5))), ...change });

describe('the units', () => {
  it('are of one size whatever their number and stamp', () => {
    for (const [sequence, at] of [[0, 0], [999, 1.25], [1_234_567, 1_795_000_000_123.456]] as const) {
      expect(Buffer.byteLength(unitJson(sequence, at))).toBe(UNIT_BYTES);
    }
  });

  it('have eleven fields and an id of their own', () => {
    expect(Object.keys(parsePayload(Buffer.from(unitJson(1, 0))))).toHaveLength(11);
    expect(new Set([0, 1, 2, 1_000, 100_000].map(unitId)).size).toBe(5);
  });
});

describe('the hops', () => {
  it('pass every unit on unchanged and end in its ids', async () => {
    for (let sequence = 0; sequence < 100; sequence += 1) {
      const sent = unitJson(sequence, 1_795_000_000_000.25);
      const received = await applyHop(receive, Buffer.from(sent));
      const checked = await applyHop(validate, Buffer.from(received));
      expect(JSON.parse(checked)).toEqual(JSON.parse(sent));
      expect(JSON.parse(await applyHop(conclude, Buffer.from(checked)))).toEqual({ id: unitId(sequence), subject: unitKey(sequence), sequence });
    }
  });

  it.each([
    ['an unknown field', { other: 1 }],
    ['a missing field', { narrative: undefined }],
    ['a number as text', { sequence: '7' }],
    ['a malformed id', { id: 'x' }],
    ['a currency that is not listed', { currency: 'XXX' }],
    ['an amount of nothing', { amountMinor: 0 }],
    ['no tag', { tags: [] }],
    ['a tag that is no text', { tags: [1] }],
  ])('refuse %s', async (_what, change) => {
    await expect(applyHop(validate, unit(change))).rejects.toThrow();
  });

  it('refuse what is no JSON object', async () => {
    await expect(applyHop(receive, null)).rejects.toMatchObject({ code: 'DOCKET_BENCH_PAYLOAD' });
    await expect(applyHop(receive, bytes('text'))).rejects.toMatchObject({ code: 'DOCKET_BENCH_PAYLOAD' });
  });
});
