import { BrokerError } from '../broker/broker-error.js';
import type { Random } from './random.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Trace } from './trace.js';
import type { VirtualTime } from './virtual-time.js';

/** What can happen to one request, each with its probability. */
export const CALL_FAULTS = ['lost-request', 'lost-answer', 'late-request', 'slow', 'crash-before', 'crash-after'] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What one request does when it arrives: answers once, now or later. */
export type Handling<T> = (answer: (value: T) => void, refuse: (error: Error) => void) => void;

/** `patient` requests are repeated by their client until they are answered, so they are only ever delayed. */
export interface CallOptions {
  readonly patient?: boolean;
}

/** The way between processes and broker, with all that can go wrong on it. */
export class Network {
  /** Probabilities of faults; set to nothing when the run is to calm down. */
  faults: Partial<Record<CallFault, number>> = {};
  /** What a crash brings about beyond the process itself. */
  onCrash: (process: SimulatedProcess) => void = () => undefined;
  #downUntil = 0;

  constructor(
    readonly time: VirtualTime,
    private readonly random: Random,
    private readonly trace: Trace,
    /** Longest way, milliseconds. */
    private readonly latencyMs: number,
  ) {}

  get downFor(): number {
    return Math.max(0, this.#downUntil - this.time.now);
  }

  /** The broker is away for so long. */
  goDown(ms: number): void {
    this.#downUntil = Math.max(this.#downUntil, this.time.now + ms);
  }

  latency(): number {
    return this.random.int(1, this.latencyMs);
  }

  call<T>(process: SimulatedProcess, name: string, handle: Handling<T>, { patient = false }: CallOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fault = this.#draw();
      if (fault) this.trace.fault(fault, process.name, name);
      if (fault === 'crash-before') return this.onCrash(process);
      let over = false;
      const settle = (ms: number, fn: () => void) => process.later(ms, () => {
        if (over) return;
        over = true;
        fn();
      }, 'answer');
      const lost = (fault === 'lost-request' || fault === 'lost-answer' || fault === 'late-request') && !patient;
      if (lost) settle(this.random.int(300, 3_000), () => reject(new BrokerError('REQUEST_TIMED_OUT')));
      if (fault === 'lost-request' && !patient) return;
      const delay = fault === 'late-request' ? this.random.int(2_000, 8_000) : fault === 'slow' ? this.random.int(100, 2_500) : 0;
      const back = () => this.latency() + (fault === 'slow' ? this.random.int(0, 1_000) : 0);
      const arrive = (): void => {
        const wait = this.downFor;
        if (wait > 0) {
          if (patient || this.random.chance(0.5)) this.time.after(wait + this.latency(), arrive);
          else settle(this.random.int(200, 2_000), () => reject(new BrokerError('CONNECTION')));
          return;
        }
        handle(
          (value) => {
            if (fault === 'crash-after' && process.alive) return this.onCrash(process);
            if (!lost) settle(back(), () => resolve(value));
          },
          (error) => {
            if (!lost) settle(back(), () => reject(error));
          },
        );
      };
      this.time.after(this.latency() + delay, arrive);
    });
  }

  #draw(): CallFault | undefined {
    let left = this.random.next();
    for (const fault of CALL_FAULTS) {
      left -= this.faults[fault] ?? 0;
      if (left < 0) return fault;
    }
    return undefined;
  }
}
