import { availableParallelism, loadavg } from 'node:os';

const EVERY_MS = 5_000;

/** How busy the machine is, other programs included: times are worth little where it has more to do than it can. */
export class MachineLoad {
  readonly cores = availableParallelism();
  readonly #timer = setInterval(() => this.#sample(), EVERY_MS);
  #sum = 0;
  #samples = 0;

  constructor() {
    this.#sample();
  }

  /** Processes that ran or waited for a core, on average. */
  end(): number {
    clearInterval(this.#timer);
    return Math.round((this.#sum / this.#samples) * 10) / 10;
  }

  #sample(): void {
    this.#sum += loadavg()[0] ?? 0;
    this.#samples += 1;
  }
}
