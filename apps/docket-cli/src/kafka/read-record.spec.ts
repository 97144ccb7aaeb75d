import { expect, it } from 'vitest';
import { toReadRecord } from './read-record.js';

it('copies the value, and takes the last of a header that is given more than once', () => {
  const fetch = Buffer.from('..value..');
  const record = toReadRecord('executor.dlq', 1, {
    offset: '7', timestamp: '1000', key: Buffer.from('k'), value: fetch.subarray(2, 7), attributes: 0,
    headers: { 'CE_Id': [Buffer.from('a'), Buffer.from('b')], empty: undefined },
  });
  fetch.fill(0);
  expect(record).toEqual({ topic: 'executor.dlq', partition: 1, offset: 7n, timestamp: 1000, key: 'k', value: Buffer.from('value'), headers: { ce_id: 'b' } });
});

it('keeps the difference between no value and an empty one', () => {
  const of = (value: Buffer | null) => toReadRecord('t', 0, { offset: '0', timestamp: '0', key: null, value, attributes: 0, headers: {} }).value;
  expect([of(null), of(Buffer.alloc(0))]).toEqual([null, Buffer.alloc(0)]);
});
