import type { ChaosOptions } from './options.js';
import type { SeededRandom } from './random.js';

export type Action =
  | { readonly kind: 'kill-for-good' | 'kill-and-restart' | 'stop' }
  | { readonly kind: 'freeze'; readonly ms: number }
  | { readonly kind: 'broker'; readonly how: 'kill' | 'stop'; readonly ms: number };

/** An action, and what comes before the next one. */
export interface PlannedAction {
  readonly action: Action;
  /** Waits until all tasks run again; otherwise the next action falls into the recovery from this one. */
  readonly settle: boolean;
  /** After that. */
  readonly pauseMs: number;
}

/** Of the actions, this share is followed by the next before all has recovered. */
const OVERLAPPING = 0.2;

/** What is done to the cluster, in random order: half of the kills are for good, and half as many clean stops go with them. */
export function planActions(
  { kills, zombies, brokerRestarts, sessionMs }: Pick<ChaosOptions, 'kills' | 'zombies' | 'brokerRestarts' | 'sessionMs'>, random: SeededRandom,
): PlannedAction[] {
  const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  const actions: Action[] = [
    ...times(Math.ceil(kills / 2), () => ({ kind: 'kill-and-restart' as const })),
    ...times(Math.floor(kills / 2), () => ({ kind: 'kill-for-good' as const })),
    ...times(Math.ceil(kills / 2), () => ({ kind: 'stop' as const })),
    ...times(zombies, () => ({ kind: 'freeze' as const, ms: sessionMs + random.whole(2_000, 5_000) })),
    ...times(brokerRestarts, (index) => ({ kind: 'broker' as const, how: index % 2 === 0 ? ('kill' as const) : ('stop' as const), ms: random.whole(5_000, 30_000) })),
  ];
  return random.shuffled(actions).map((action) => ({
    action,
    settle: random.next() >= OVERLAPPING,
    pauseMs: random.whole(200, 2_000),
  }));
}

/** About how long it takes until the next action, milliseconds. */
export function estimatedMs({ action, pauseMs }: PlannedAction, sessionMs: number): number {
  return pauseMs + lastsMs(action, sessionMs);
}

function lastsMs(action: Action, sessionMs: number): number {
  switch (action.kind) {
    case 'kill-for-good':
      return sessionMs + 5_000;
    case 'kill-and-restart':
      return 4_000;
    case 'stop':
      return 5_000;
    case 'freeze':
      return action.ms + 4_000;
    case 'broker':
      return action.ms + 15_000;
  }
}
