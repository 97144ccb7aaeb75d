import type { Random } from '../world/random.js';
import type { Happening, VirtualTime } from '../world/virtual-time.js';
import { BrokerError } from './broker-error.js';

/** Something that a transaction writes to, and that its marker is to reach. */
export interface Participant {
  end(transaction: object, commit: boolean): void;
}

/** A producer as the broker issued it: of use until the next one of its id. */
export interface ProducerEpoch {
  readonly id: string;
  readonly epoch: number;
}

/** One transaction, from its first write to its last marker. */
export interface OpenTransaction {
  readonly producer: ProducerEpoch;
  readonly participants: Set<Participant>;
}

interface State {
  epoch: number;
  open: OpenTransaction | undefined;
  timeout: Happening | undefined;
  /** Decided, but not every marker is written. */
  completing: boolean;
  waiting: (() => void)[];
}

/** Ends of transactions are decided at once and reach logs and offsets a little later, one after the other. */
export class TransactionCoordinator {
  readonly #states = new Map<string, State>();

  constructor(
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly timeoutMs: number,
    /** A transaction was decided to be committed. */
    private readonly onCommit: (transaction: OpenTransaction) => void,
  ) {}

  /** Fences earlier holders of the id, ends what they left open, and answers once that is complete. */
  init(id: string, answer: (producer: ProducerEpoch) => void): void {
    const state = this.#state(id);
    state.epoch++;
    const producer = { id, epoch: state.epoch };
    if (state.open && !state.completing) this.#end(state, false);
    this.#whenComplete(state, () => answer(producer));
  }

  /** The transaction that `producer` writes to; begun where there is none. Throws where the producer is fenced. */
  write(producer: ProducerEpoch, participant: Participant, fn: (transaction: OpenTransaction) => void, failed: (error: BrokerError) => void): void {
    const state = this.#state(producer.id);
    this.#whenComplete(state, () => {
      if (state.epoch !== producer.epoch) return failed(new BrokerError('INVALID_PRODUCER_EPOCH'));
      if (!state.open) {
        state.open = { producer, participants: new Set() };
        state.timeout = this.time.after(this.timeoutMs, () => this.#expire(state));
      }
      state.open.participants.add(participant);
      fn(state.open);
    });
  }

  /** Decides the open transaction. Throws BrokerError. */
  end(producer: ProducerEpoch, commit: boolean): void {
    const state = this.#state(producer.id);
    if (state.epoch !== producer.epoch) throw new BrokerError('INVALID_PRODUCER_EPOCH');
    if (!state.open || state.completing) throw new BrokerError('INVALID_TXN_STATE');
    this.#end(state, commit);
  }

  /** The epoch that counts, for a producer that never was issued one of its own. */
  epochOf(id: string): number {
    return this.#state(id).epoch;
  }

  #expire(state: State): void {
    if (!state.open || state.completing) return;
    state.epoch++;
    this.#end(state, false);
  }

  #end(state: State, commit: boolean): void {
    const { open } = state;
    if (!open) return;
    if (state.timeout) state.timeout.fn = undefined;
    state.completing = true;
    if (commit) this.onCommit(open);
    const participants = [...open.participants];
    const next = (): void => {
      const participant = participants.shift();
      if (participant) {
        participant.end(open, commit);
        this.time.after(this.random.int(0, 2), next);
        return;
      }
      state.open = undefined;
      state.completing = false;
      const { waiting } = state;
      state.waiting = [];
      for (const fn of waiting) fn();
    };
    this.time.after(this.random.int(0, 3), next);
  }

  #whenComplete(state: State, fn: () => void): void {
    if (state.completing) state.waiting.push(() => this.#whenComplete(state, fn));
    else fn();
  }

  #state(id: string): State {
    let state = this.#states.get(id);
    if (!state) this.#states.set(id, (state = { epoch: 0, open: undefined, timeout: undefined, completing: false, waiting: [] }));
    return state;
  }
}
