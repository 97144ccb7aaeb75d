import { isDocketError } from '@docket/contracts';
import type { Random } from '../world/random.js';
import { Instance, type Surroundings } from './instance.js';

/** What a task refuses to run on. */
const REFUSALS: ReadonlySet<string> = new Set(['DOCKET_LEDGER_CORRUPT', 'DOCKET_LEDGER_GAP', 'DOCKET_LEDGER_LOST', 'DOCKET_OFFSETS_MOVED']);

/** The instances of a stage, and whoever starts them again. */
export class Cluster {
  readonly #around: Surroundings;
  readonly #random: Random;
  readonly #instances = new Map<string, Instance>();
  #started = 0;
  #calm = false;
  #auditUntil = 0;

  constructor(random: Random, around: Omit<Surroundings, 'onCritical' | 'auditRefusesFor'>) {
    this.#random = random;
    this.#around = {
      ...around,
      auditRefusesFor: () => Math.max(0, this.#auditUntil - around.time.now),
      onCritical: (instance, error) => {
        this.#critical(error);
        this.#gone(instance);
      },
    };
    around.network.onCrash = (process) => {
      const instance = this.#instances.get(process.name);
      if (instance?.process === process) this.#gone(instance);
    };
  }

  get time() {
    return this.#around.time;
  }

  get trace() {
    return this.#around.trace;
  }

  get network() {
    return this.#around.network;
  }

  /** Those that faults may strike. */
  get living(): Instance[] {
    return [...this.#instances.values()].filter(({ alive, stopping }) => alive && !stopping);
  }

  start(name: string): void {
    const instance = new Instance(name, this.#random.int(0, 2 ** 31) + this.#started++, this.#around);
    this.#instances.set(name, instance);
    instance.start();
  }

  stopAndGo(instance: Instance, awayMs: number): void {
    instance.stop();
    const look = (): void => {
      if (instance.alive) this.time.after(500, look);
      else if (this.#instances.get(instance.name) === instance) this.time.after(awayMs, () => this.#again(instance));
    };
    this.time.after(500, look);
  }

  brokerAway(ms: number): void {
    this.network.goDown(ms);
    this.time.after(ms, () => this.#around.broker.group.reload());
  }

  auditRefuses(ms: number): void {
    this.#auditUntil = Math.max(this.#auditUntil, this.time.now + ms);
  }

  /** No fault from here on, and whoever is gone comes back. */
  calm(): void {
    this.#calm = true;
    this.network.faults = {};
    this.trace.note('cluster', () => 'faults stop');
    for (const instance of [...this.#instances.values()]) if (!instance.alive) this.#again(instance);
  }

  /** A process ends by itself only where a handler is stuck, or where the broker lost what it must not lose. */
  #critical(error: Error): void {
    const code = isDocketError(error) ? error.code : '';
    const { witness, scenario } = this.#around;
    if (code === 'DOCKET_HANDLER_STUCK' && scenario.arrivals.some(({ unit }) => unit.stuck)) return;
    if (scenario.damage && REFUSALS.has(code)) return witness.refuse(code);
    witness.report('no-critical', `${error.message}${error.cause instanceof Error ? ` < ${error.cause.message}` : ''}`);
  }

  #gone(instance: Instance): void {
    if (!instance.alive) return;
    instance.process.crash();
    if (instance.stopping) return;
    const fate = this.#random.next();
    if (fate < 0.65 || this.#calm) this.time.after(this.#random.int(5, 300), () => this.#again(instance));
    else if (fate < 0.9) this.time.after(this.#random.int(3_000, 15_000), () => this.#again(instance));
  }

  #again(instance: Instance): void {
    if (!instance.alive && this.#instances.get(instance.name) === instance) this.start(instance.name);
  }
}
