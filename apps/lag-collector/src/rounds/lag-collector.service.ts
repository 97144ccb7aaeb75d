import type { Clock } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** What is done again and again. */
export interface Round {
  /** Milliseconds from the start of one to that of the next. */
  readonly intervalMs: number;
  readonly run: () => Promise<void>;
}

export interface LagCollectorParts {
  readonly rounds: readonly Round[];
  readonly clock: Clock;
  readonly log: Logger;
}

export const LAG_COLLECTOR_PARTS = Symbol('LagCollectorParts');

/** A round under way at shutdown may be waiting for a broker that is away. */
const LAST_ROUND_MS = 3_000;

/** Runs its rounds while the application lives, each by itself and never twice at once. One that fails is logged and tried again. */
@Injectable()
export class LagCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #stopped = false;
  readonly #succeeded = new Set<Round>();
  readonly #cancels = new Map<Round, () => void>();
  readonly #running = new Map<Round, Promise<void>>();

  constructor(@Inject(LAG_COLLECTOR_PARTS) private readonly parts: LagCollectorParts) {}

  onApplicationBootstrap(): void {
    for (const round of this.parts.rounds) this.#start(round);
  }

  /** No round starts any more; those under way get 3 s to end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (cancel = this.parts.clock.schedule(LAST_ROUND_MS, resolve)));
    await Promise.race([Promise.all(this.#running.values()), late]);
    cancel();
  }

  #start(round: Round): void {
    this.#running.set(round, this.#run(round));
  }

  async #run(round: Round): Promise<void> {
    const { rounds, clock, log } = this.parts;
    const startedAt = clock.now();
    try {
      await round.run();
      if (!this.#succeeded.has(round) && this.#succeeded.add(round).size === rounds.length) log.info('lag is measured');
    } catch (err) {
      log.error('lag could not be measured and is tried again', { err, duration_ms: clock.now() - startedAt });
    }
    if (this.#stopped) return;
    const wait = Math.max(0, round.intervalMs - (clock.now() - startedAt));
    this.#cancels.set(round, clock.schedule(wait, () => this.#start(round)));
  }
}
