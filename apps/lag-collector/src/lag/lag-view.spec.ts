import { describe, expect, it } from 'vitest';
import { SAMPLES } from './group-health.js';
import { LagView } from './lag-view.js';

const place = { group: 'g', topic: 't', partition: 0 };

describe('LagView', () => {
  it('tells a lag in seconds by when the first record that is not read came', () => {
    const view = new LagView();
    view.ended([{ topic: 't', partition: 0, end: 0 }], 0);
    view.ended([{ topic: 't', partition: 0, end: 100 }], 10_000);
    expect(view.measured([{ ...place, committed: 30, records: 70, owned: true }], 12_000)).toEqual([{ ...place, records: 70, seconds: 9, drainSeconds: 0, health: 'OK' }]);
  });

  it('has no seconds where nothing is to be read, also before it knows any end', () => {
    expect(new LagView().measured([{ ...place, committed: 30, records: 0, owned: true }], 12_000)[0]?.seconds).toBe(0);
  });

  it('judges each group on each partition by its own samples, and forgets those of partitions that are gone', () => {
    const view = new LagView();
    const look = () => view.measured([{ ...place, committed: 3, records: 5, owned: true }, { ...place, group: 'other', committed: 8, records: 0, owned: true }], 0);
    for (let n = 1; n < SAMPLES; n++) look();
    expect(look().map(({ health }) => health)).toEqual(['STALL', 'OK']);
    view.measured([], 0);
    expect(look().map(({ health }) => health)).toEqual(['OK', 'OK']);
  });
});
