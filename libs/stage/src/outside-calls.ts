import { DocketError, HEADER, type Clock } from '@docket/contracts';
import type { OutputRecord } from './record.js';
import type { Work } from './work.js';

/** How a handler calls the outside so that a crash in between is known afterwards. */
export interface CallPort {
  /** Where an earlier call of this unit has no known end: when it was begun, milliseconds since the epoch by the clock of its instance. */
  readonly inDoubtSince: number | undefined;
  /**
   * To be awaited before a call. Writes the intent and resolves when it is acknowledged, with `inDoubt` where an earlier
   * call of this unit has no known end: the call must then be repeated under the same idempotency key, or looked up first,
   * or the unit parked. `fenced`: for an outside that cannot recognise a repeat; the intent is then committed by the
   * task, so that no two instances can both hold it. Throws DOCKET_LEASE (throttled: no try is used up) where the instance cannot be sure to
   * own the partition until the call's deadline, and DOCKET_INTENT (throttled) where the intent is not acknowledged.
   */
  begin(options: { readonly deadlineMs: number; readonly fenced?: boolean }): Promise<{ readonly inDoubt: boolean }>;
  /** The outside answered: whatever comes next, this call is no longer in doubt. */
  settled(): void;
}

export interface CallsOptions {
  /** `<stage>.attempts`. */
  readonly topic: string;
  readonly partition: number;
  readonly clock: Clock;
  readonly leaseUntil: () => number;
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  readonly commit: (records: readonly OutputRecord[]) => Promise<void>;
}

/** The intents of one task. Those restored at its opening have no known end. */
export class OutsideCalls {
  /** Since when. */
  readonly #open = new Map<string, number>();
  readonly #settled = new Set<string>();
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Replays a record of the attempts topic. */
  restore(key: string, value: Buffer | null): void {
    if (value === null) this.#open.delete(key);
    else this.#open.set(key, begunAt(value) ?? this.#options.clock.now());
  }

  /** @param signal of the handler: a call that is not begun when it is aborted is none */
  of(work: Work, signal: () => AbortSignal): CallPort {
    const { id } = work.ref;
    const since = () => this.#open.get(id);
    return {
      get inDoubtSince() {
        return since();
      },
      begin: async ({ deadlineMs, fenced = false }) => {
        const { clock, leaseUntil, write, commit } = this.#options;
        if (clock.now() + deadlineMs >= leaseUntil()) {
          throw new DocketError('DOCKET_LEASE', 'the partition may be taken over before the call would end', { kind: 'throttled', retryAfterMs: 1_000 });
        }
        const inDoubt = since() !== undefined;
        const at = clock.now();
        // Before it is acknowledged: an intent that was given up on may have been written.
        this.#open.set(id, at);
        const intent = this.#record(id, Buffer.from(JSON.stringify({ attempt: work.attempt, at })));
        await unlessAborted(signal(), (fenced ? commit : write)([intent]).catch((cause: unknown) => {
          throw new DocketError('DOCKET_INTENT', 'the intent of a call could not be written', { kind: 'throttled', retryAfterMs: 1_000, cause });
        }));
        return { inDoubt };
      },
      settled: () => this.#settled.add(id),
    };
  }

  /** What ends the intent of a unit, for the transaction of its result; `final`: the unit comes to an end. */
  ending(work: Work, final: boolean): OutputRecord[] {
    const { id } = work.ref;
    const known = this.#settled.delete(id);
    if (!this.#open.has(id) || !(final || known)) return [];
    this.#open.delete(id);
    return [this.#record(id, null)];
  }

  #record(key: string, value: Buffer | null): OutputRecord {
    const { topic, partition } = this.#options;
    return { topic, partition, key, value, headers: { [HEADER.contentType]: 'application/json' } };
  }
}

/** Undefined where the record is not one of ours. */
function begunAt(intent: Buffer): number | undefined {
  try {
    const { at } = JSON.parse(intent.toString('utf8')) as { at?: unknown };
    return Number.isSafeInteger(at) ? (at as number) : undefined;
  } catch {
    return undefined;
  }
}

function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** For stages that call nothing. */
export const noCalls: CallPort = {
  inDoubtSince: undefined,
  begin: () => Promise.reject(new DocketError('DOCKET_NO_CALLS', 'this stage keeps no intents: set callsOutside in its StageSpec')),
  settled: () => undefined,
};
