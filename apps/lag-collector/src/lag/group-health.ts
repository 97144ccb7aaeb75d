import type { GroupHealth } from '@docket/contracts';

export interface HealthSample {
  readonly committed: number;
  readonly lag: number;
  /** Whether some member has the partition. */
  readonly owned: boolean;
}

/** Samples that are judged together. */
export const SAMPLES = 10;

/**
 * What a group does on a partition, judged by its last samples; the names are those of Burrow. OK: it keeps up, or catches up. WARN: it works, but the lag never falls. STALL: it has the partition and moves nothing.
 * STOP: nobody has it. REWIND: its offset was set back. Of fewer samples than ten nothing bad is said but REWIND.
 */
export function healthOf(samples: readonly HealthSample[]): GroupHealth {
  const window = samples.slice(-SAMPLES);
  const pairs = window.slice(1).map((sample, index) => [window[index] as HealthSample, sample] as const);
  if (window.some(({ lag }) => lag === 0)) return 'OK';
  if (pairs.some(([before, after]) => after.committed < before.committed)) return 'REWIND';
  if (window.length < SAMPLES) return 'OK';
  if (!window.at(-1)?.owned) return 'STOP';
  if (pairs.every(([before, after]) => after.committed === before.committed)) return 'STALL';
  if (pairs.every(([before, after]) => after.lag >= before.lag)) return 'WARN';
  return 'OK';
}
