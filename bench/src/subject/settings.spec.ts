import { expect, it } from 'vitest';
import { readSettings } from './settings.js';

const good = { brokers: ['127.0.0.1:9092'], prefix: 'stage-1-raw', partitions: 8 };

it('takes what the harness gives', () => {
  expect(readSettings(JSON.stringify(good))).toEqual(good);
});

it.each([
  undefined, '', '[]', '7',
  ...[{ brokers: [] }, { brokers: [1] }, { prefix: '' }, { prefix: 'a b' }, { partitions: 0 }, { partitions: 1.5 }, { other: 1 }].map((change) =>
    JSON.stringify({ ...good, ...change })),
])('refuses %s', (text) => {
  expect(() => readSettings(text)).toThrow(expect.objectContaining({ code: 'DOCKET_BENCH_SETTINGS' }) as Error);
});
