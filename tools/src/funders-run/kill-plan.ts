import type { SeededRandom } from '../chaos/random.js';

/** A SIGKILL that nobody expects. */
export interface PlannedKill {
  /** Since the feed began. */
  readonly atMs: number;
  readonly service: string;
  /** Until it is started again. */
  readonly awayMs: number;
}

export interface KillPlanOptions {
  readonly kills: number;
  /** They are spread over this time, one in each equal part of it. */
  readonly overMs: number;
  readonly services: readonly string[];
  readonly random: SeededRandom;
}

/** No service is killed again before all have been killed as often. */
export function planKills({ kills, overMs, services, random }: KillPlanOptions): PlannedKill[] {
  let left: string[] = [];
  return Array.from({ length: kills }, (_, n) => {
    if (left.length === 0) left = random.shuffled(services);
    const atMs = Math.round(((n + random.next()) * overMs) / kills);
    return { atMs, service: left.pop() ?? '', awayMs: random.whole(0, 2_000) };
  });
}
