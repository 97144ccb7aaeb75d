import type { Clock } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

export interface LagCollectorParts {
  /** Milliseconds from the start of one round to that of the next. */
  readonly intervalMs: number;
  readonly round: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export const LAG_COLLECTOR_PARTS = Symbol('LagCollectorParts');

/** A round under way at shutdown may be waiting for a broker that is away. */
const LAST_ROUND_MS = 3_000;

/** Runs one round after the other while the application lives. A round that fails is logged; the next one is tried. */
@Injectable()
export class LagCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #stopped = false;
  #succeeded = false;
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(@Inject(LAG_COLLECTOR_PARTS) private readonly parts: LagCollectorParts) {}

  onApplicationBootstrap(): void {
    this.#running = this.#next();
  }

  /** No round starts any more; the one under way gets 3 s to end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (cancel = this.parts.clock.schedule(LAST_ROUND_MS, resolve)));
    await Promise.race([this.#running, late]);
    cancel();
  }

  async #next(): Promise<void> {
    const { round, clock, log, intervalMs } = this.parts;
    const startedAt = clock.now();
    try {
      await round();
      if (!this.#succeeded) log.info('lag is measured');
      this.#succeeded = true;
    } catch (err) {
      log.error('lag could not be measured and is tried again', { err, duration_ms: clock.now() - startedAt });
    }
    if (this.#stopped) return;
    const wait = Math.max(0, intervalMs - (clock.now() - startedAt));
    this.#cancel = clock.schedule(wait, () => {
      this.#running = this.#next();
    });
  }
}
