import { createLogger, type Logger } from '@docket/observability';
import { describe, expect, it, vi } from 'vitest';
import { LagCollector } from './lag-collector.service.js';

/** A clock that moves only when told to. */
function handClock() {
  let now = 0;
  let timers: { at: number; fn: () => void }[] = [];
  return {
    now: () => now,
    schedule: (ms: number, fn: () => void) => {
      const timer = { at: now + ms, fn };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    advance: (ms: number) => {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.fn();
    },
    pending: () => timers.length,
  };
}

function setUp(...runs: readonly (() => Promise<void>)[]) {
  const clock = handClock();
  const error = vi.fn<Logger['error']>();
  const info = vi.fn<Logger['info']>();
  const log: Logger = { ...createLogger('lag-collector', 'standard', 'fatal'), error, info };
  return { clock, error, info, collector: new LagCollector({ rounds: runs.map((run) => ({ intervalMs: 5_000, run })), clock, log }) };
}

describe('the lag collector', () => {
  it('starts a round every interval, counted from start to start', async () => {
    const ends: (() => void)[] = [];
    const round = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const { clock, info, collector } = setUp(round);
    collector.onApplicationBootstrap();
    clock.advance(2_000);
    expect(info).not.toHaveBeenCalled();
    ends[0]?.();
    await vi.waitFor(() => expect(clock.pending()).toBe(1));
    expect(info).toHaveBeenCalledOnce();
    clock.advance(2_999);
    expect(round).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('runs each of several by itself: one that hangs holds up no other', async () => {
    const round = vi.fn(() => Promise.resolve());
    const { clock, info, collector } = setUp(() => new Promise<void>(() => undefined), round);
    collector.onApplicationBootstrap();
    await vi.waitFor(() => expect(clock.pending()).toBe(1));
    clock.advance(5_000);
    await vi.waitFor(() => expect(round).toHaveBeenCalledTimes(2));
    expect(info).not.toHaveBeenCalled();
  });

  it('never runs two rounds at once', () => {
    const round = vi.fn(() => new Promise<void>(() => undefined));
    const { clock, collector } = setUp(round);
    collector.onApplicationBootstrap();
    clock.advance(60_000);
    expect(round).toHaveBeenCalledTimes(1);
  });

  it('logs a failed round and tries the next one', async () => {
    const round = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
    const { clock, error, info, collector } = setUp(round);
    collector.onApplicationBootstrap();
    await vi.waitFor(() => expect(clock.pending()).toBe(1));
    expect(error).toHaveBeenCalledOnce();
    expect(info).not.toHaveBeenCalled();
    clock.advance(5_000);
    await vi.waitFor(() => expect(info).toHaveBeenCalledOnce());
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('ends after the round under way', async () => {
    let end: () => void = () => undefined;
    const round = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
    const { clock, collector } = setUp(round);
    collector.onApplicationBootstrap();
    const ended = collector.beforeApplicationShutdown();
    end();
    await ended;
    expect(clock.pending()).toBe(0);
    expect(round).toHaveBeenCalledTimes(1);
  });

  it('does not wait for ever for a round that hangs', async () => {
    const { clock, collector } = setUp(() => new Promise<void>(() => undefined));
    collector.onApplicationBootstrap();
    const ended = collector.beforeApplicationShutdown();
    clock.advance(3_000);
    await ended;
  });
});
