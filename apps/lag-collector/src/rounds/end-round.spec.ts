import { ManualClock } from '@docket/contracts';
import { describe, expect, it, vi } from 'vitest';
import { LagView } from '../lag/lag-view.js';
import { endRound } from './end-round.js';

const HOUR_MS = 3_600_000;
const progress = (committed: number, records: number) => [{ group: 'g', topic: 't', partition: 0, committed, records, owned: true }];

describe('an end round', () => {
  it('looks back over a day once, so that the first lag is told in seconds too', async () => {
    const clock = new ManualClock(100 * HOUR_MS);
    const view = new LagView();
    // A hundred records an hour.
    const endsAt = vi.fn((time: number) => Promise.resolve([{ topic: 't', partition: 0, end: time / 36_000 }]));
    const round = endRound({ ends: () => endsAt(clock.now()), endsAt, view, clock });
    await round();
    expect(view.measured(progress(9_800, 200), clock.now())[0]?.seconds).toBeCloseTo(7_200);
    expect(view.measured(progress(1_000, 9_000), clock.now())[0]?.seconds).toBeCloseTo(24 * 3_600);
    endsAt.mockClear();
    await round();
    expect(endsAt).toHaveBeenCalledOnce();
  });

  it('looks back again where it could not', async () => {
    const clock = new ManualClock(100 * HOUR_MS);
    const endsAt = vi.fn((time: number) => Promise.resolve([{ topic: 't', partition: 0, end: time / 36_000 }])).mockRejectedValueOnce(new Error('away'));
    const view = new LagView();
    const round = endRound({ ends: () => endsAt(clock.now()), endsAt, view, clock });
    await expect(round()).rejects.toThrow('away');
    await round();
    expect(view.measured(progress(9_800, 200), clock.now())[0]?.seconds).toBeCloseTo(7_200);
  });
});
