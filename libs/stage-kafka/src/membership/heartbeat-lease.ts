import type { Clock } from '@docket/contracts';
import type { Consumer } from 'kafkajs';

export interface HeartbeatLeaseOptions {
  readonly sessionTimeoutMs: number;
  /** Taken off the end of the lease, for clocks that run apart. */
  readonly marginMs: number;
  /** The wall clock, as kafkajs uses it. */
  readonly clock: Clock;
}

/**
 * Until when the coordinator surely keeps this member, judged by when it last *sent* a sign of life that was answered
 * with success: an answer may be read long after it came, when a frozen process wakes. Signs of life are heartbeats and
 * the SyncGroup that completes a join. Holds while the rebalance time-out is no shorter than the session's.
 *
 * To be made before other listeners of the same consumer that ask it.
 */
export class HeartbeatLease {
  readonly #options: HeartbeatLeaseOptions;
  readonly #waiting = new Set<{ readonly time: number; acknowledged: number; readonly resolve: () => void }>();
  /** When the newest request of a kind was made that has an answer, be it a refusal. */
  readonly #answered = { Heartbeat: 0, SyncGroup: 0 };
  #lastSentAt = 0;

  constructor(consumer: Consumer, options: HeartbeatLeaseOptions) {
    this.#options = options;
    const { REQUEST, HEARTBEAT, GROUP_JOIN, STOP } = consumer.events;
    // Before `sentAt`, which is taken after the write: the process may freeze in between.
    consumer.on(REQUEST, ({ payload: { apiName, createdAt } }) => {
      if (apiName === 'Heartbeat' || apiName === 'SyncGroup') this.#answered[apiName] = createdAt;
    });
    consumer.on(HEARTBEAT, () => this.#renew(this.#answered.Heartbeat));
    consumer.on(GROUP_JOIN, () => this.#renew(this.#answered.SyncGroup));
    // Also told of each crash. The member has left.
    consumer.on(STOP, () => (this.#lastSentAt = 0));
  }

  /** When the last acknowledged sign of life was sent, in milliseconds since the epoch; 0 before the first and after a stop. */
  get lastSentAt(): number {
    return this.#lastSentAt;
  }

  /** End of the lease, in milliseconds since the epoch; 0 where there is none, or where the clock was set back behind its beginning. */
  until(): number {
    const { sessionTimeoutMs, marginMs, clock } = this.#options;
    if (this.#lastSentAt === 0 || clock.now() < this.#lastSentAt) return 0;
    return this.#lastSentAt + sessionTimeoutMs - marginMs;
  }

  /**
   * Resolves when a heartbeat sent after `time` (milliseconds since the epoch) is acknowledged, or a join whose last
   * request was sent after it: this instance is then known not to be a zombie at `time`. Waits as long as it takes.
   */
  sentAfter(time: number): Promise<void> {
    if (this.#lastSentAt > time) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ time, acknowledged: 0, resolve }));
  }

  #renew(sentAt: number): void {
    this.#lastSentAt = sentAt;
    for (const waiting of this.#waiting) {
      // The second one was surely sent later, whatever the clock says: one was under way at most.
      waiting.acknowledged++;
      if (sentAt <= waiting.time && waiting.acknowledged < 2) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
