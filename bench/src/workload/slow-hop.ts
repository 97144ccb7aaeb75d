import { setTimeout as sleep } from 'node:timers/promises';
import type { Hop } from './hops.js';
import type { UnitDto } from './unit.dto.js';

/** 0 to 5 ms, the same for the same unit. */
export function slownessMs(sequence: number): number {
  // A full-period multiplier: no run of neighbours is alike.
  return ((sequence * 2_654_435_761) % 2 ** 32) / 2 ** 32 * 5;
}

/** A handler that waits for something else, such as a service that it calls. */
export const SLOW_HOP: Hop = {
  name: 'call',
  from: 'in',
  to: 'out',
  apply: async (payload) => {
    const { id, subject, sequence } = payload as UnitDto;
    await sleep(slownessMs(sequence));
    return { id, subject, sequence };
  },
};
