import type { InputRecord } from '@docket/stage';
import type { PartitionLog } from '../broker/partition-log.js';
import type { Network } from '../world/network.js';
import type { Random } from '../world/random.js';
import type { SimulatedProcess } from '../world/simulated-process.js';

export interface CursorOptions {
  readonly log: PartitionLog;
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly random: Random;
  /** What a fetch brought, and where the next one begins: only markers and aborted records may stand before it. */
  readonly deliver: (records: readonly InputRecord[], next: number) => void;
  /** Records of transactions that are open or were aborted are delivered too. */
  readonly uncommitted?: boolean;
}

/** Where a consumer stands in one partition: fetches from there on while it is not paused, one fetch at a time. */
export class Cursor {
  #position: number;
  #paused = true;
  #halted = false;
  #fetching = false;
  /** A fetch that was under way when this moved on is dropped. */
  #course = 0;
  #unwatch: (() => void) | undefined;

  constructor(
    private readonly options: CursorOptions,
    position: number,
  ) {
    this.#position = position;
  }

  get paused(): boolean {
    return this.#paused;
  }

  seek(position: number): void {
    this.#position = position;
    this.#course++;
    this.#fetch();
  }

  pause(): void {
    this.#paused = true;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  resume(): void {
    this.#paused = false;
    if (this.#halted) return;
    this.#unwatch ??= this.options.log.watch(() => this.#fetch());
    this.#fetch();
  }

  /** Drops what is under way and fetches no more; whether it is paused can still be said, for the one that comes after it. */
  halt(): void {
    this.#halted = true;
    this.#course++;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #fetch(): void {
    const { log, network, process } = this.options;
    if (this.#paused || this.#halted || this.#fetching || !process.alive || log.lastStable <= Math.max(this.#position, log.low - 1)) return;
    this.#fetching = true;
    const course = this.#course;
    network.time.after(network.latency(), () => this.#arrived(course));
  }

  #arrived(course: number): void {
    const { log, network, process, random, uncommitted } = this.options;
    if (network.downFor > 0) {
      network.time.after(network.downFor + network.latency(), () => this.#arrived(course));
      return;
    }
    const { records, next } = log.read(this.#position, random.int(1, 24), uncommitted);
    process.later(network.latency(), () => {
      this.#fetching = false;
      // Of a fetch that a pause overtook, some is still delivered and some dropped and fetched again.
      if (course === this.#course && !(this.#paused && random.chance(0.5))) {
        this.#position = next;
        this.options.deliver(records, next);
      }
      this.#fetch();
    }, 'answer');
  }
}
