import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveWindow } from './adaptive-window.js';

describe('AdaptiveWindow', () => {
  const calm = { eventLoopDelayMs: () => 0, heapRatio: () => 0 };

  it('begins at its largest and grows by a twentieth of it', () => {
    const window = new AdaptiveWindow(1_000, 100, calm);
    expect(window.bound).toBe(1_000);
    window.committed(5_000);
    expect(window.bound).toBe(670);
    window.committed(10);
    expect(window.bound).toBe(720);
  });

  it.each([
    ['a slow commit', { eventLoopDelayMs: () => 0, heapRatio: () => 0 }, 0, 1_001],
    ['a slow handler', { eventLoopDelayMs: () => 0, heapRatio: () => 0 }, 101, 0],
    ['a late event loop', { eventLoopDelayMs: () => 201, heapRatio: () => 0 }, 0, 0],
    ['a full heap', { eventLoopDelayMs: () => 0, heapRatio: () => 0.86 }, 0, 0],
  ])('falls by a third under %s', (_name, probe, handlerMs, commitMs) => {
    const window = new AdaptiveWindow(1_000, 100, probe);
    window.handled(handlerMs);
    window.committed(commitMs);
    expect(window.bound).toBe(670);
  });

  it('judges each commit by the handlers since the last', () => {
    const window = new AdaptiveWindow(1_000, 100, undefined);
    window.handled(500);
    window.committed(0);
    window.committed(0);
    expect(window.bound).toBe(720);
  });

  it('never leaves its bounds', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2_000 }), fc.array(fc.boolean()), (most, presses) => {
      const window = new AdaptiveWindow(most, 100, undefined);
      for (const pressed of presses) {
        window.committed(pressed ? 5_000 : 0);
        expect(window.bound).toBeLessThanOrEqual(most);
        expect(window.bound).toBeGreaterThanOrEqual(Math.min(64, most));
      }
    }));
  });
});
