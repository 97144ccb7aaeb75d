import { join } from 'node:path';
import { DocketError, systemClock, type Clock } from '@docket/contracts';
import { ProcessLog } from '@docket/testing';
import type { ServiceSpec, SupervisorEvent } from './supervisor/service.js';
import { SupervisedService } from './supervisor/supervised-service.js';

export interface SupervisorOptions {
  /** Folder of the log files, one a service; those of the run before stay as `<name>.log.1`. */
  readonly logDir: string;
  /** What every service gets before its own; default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Longest time of a service to be ready, in milliseconds; default 60,000. */
  readonly readyTimeoutMs?: number;
  readonly onEvent?: (event: SupervisorEvent) => void;
  readonly clock?: Clock;
}

/** How long a service may take to end after SIGTERM. */
const GRACE_MS = 15_000;

/**
 * Runs services as processes that never outlive this one: starts them, waits until they are ready, restarts one that
 * dies, gives up at its third death within a minute, and stops all.
 */
export class Supervisor {
  /** Rejects, and never resolves, when a service cannot be kept running; the others then still run: call stop(). */
  readonly failed: Promise<never>;
  readonly #options: SupervisorOptions;
  readonly #waves: { readonly services: readonly SupervisedService[]; readonly logs: readonly ProcessLog[] }[] = [];
  #fail!: (error: unknown) => void;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  /**
   * Starts services side by side and resolves when all are ready. What depends on them is started by a later call.
   * Rejects with DOCKET_SERVICE_START, DOCKET_SERVICE_DIED (with the last lines of its log), or DOCKET_STOPPED where
   * stop() came in between.
   */
  async start(specs: readonly ServiceSpec[]): Promise<void> {
    if (this.#stopping) throw new DocketError('DOCKET_STOPPED', 'services are being stopped: none is started any more');
    const logs: ProcessLog[] = [];
    const services = specs.map((spec) => {
      const logFile = join(this.#options.logDir, `${spec.name}.log`);
      const log = new ProcessLog({ file: logFile });
      logs.push(log);
      return new SupervisedService({
        spec, log, logFile,
        env: this.#options.env ?? process.env,
        clock: this.#options.clock ?? systemClock,
        readyTimeoutMs: this.#options.readyTimeoutMs ?? 60_000,
        onEvent: this.#options.onEvent ?? (() => undefined),
      });
    });
    this.#waves.push({ services, logs });
    for (const service of services) {
      service.failed.catch((error: unknown) => {
        if (!this.#stopping) this.#fail(error);
      });
      service.start();
    }
    await Promise.all(services.map((service) => service.ready));
  }

  /**
   * Ends all services, dependents first: what was started last is told first, and each call of start() waits for the
   * later ones to have ended. SIGTERM, SIGKILL after 15 s. May be called again.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { services, logs } of this.#waves.toReversed()) {
      await Promise.all(services.toReversed().map((service) => service.stop(GRACE_MS)));
      for (const log of logs) log.close();
    }
  }

  /** SIGKILL to all at once, for who cannot wait. */
  async kill(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#waves.flatMap(({ services }) => services.map((service) => service.kill())));
  }
}
