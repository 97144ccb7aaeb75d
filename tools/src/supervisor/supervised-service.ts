import { DocketError, type Clock } from '@docket/contracts';
import { describeExit, GuardedProcess, type Exit, type ProcessLog } from '@docket/testing';
import { probeReadiness } from './readiness.js';
import { RestartPolicy } from './restart-policy.js';
import type { ServiceSpec, SupervisorEvent } from './service.js';

const PROBE_EVERY_MS = 100;

/** Lines of a service's log in an error. */
const SHOWN_LINES = 12;

export interface SupervisedServiceOptions {
  readonly spec: ServiceSpec;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: ProcessLog;
  readonly logFile: string;
  readonly clock: Clock;
  readonly readyTimeoutMs: number;
  readonly onEvent: (event: SupervisorEvent) => void;
}

/** One service, kept running until it is stopped or dies too often. */
export class SupervisedService {
  /** Resolves when it has been ready for the first time; rejects as `failed` does. */
  readonly ready: Promise<void>;
  /** Rejects, and never resolves, once it cannot be kept running: DOCKET_SERVICE_START, DOCKET_SERVICE_DIED. */
  readonly failed: Promise<never>;
  readonly #options: SupervisedServiceOptions;
  readonly #restarts = new RestartPolicy();
  #process: GuardedProcess | undefined;
  #stopping = false;
  #fail!: (error: DocketError) => void;
  #becameReady!: () => void;
  #waitingFor: readonly string[] = [];

  constructor(options: SupervisedServiceOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    const first = new Promise<void>((resolve) => (this.#becameReady = resolve));
    this.ready = Promise.race([first, this.failed]);
    // Whoever awaits them gets the rejection; nobody has to.
    this.failed.catch(() => undefined);
    this.ready.catch(() => undefined);
  }

  start(): void {
    const { clock, readyTimeoutMs, spec } = this.#options;
    const cancel = clock.schedule(readyTimeoutMs, () => {
      const reason = this.#waitingFor.length > 0 ? `waits for: ${this.#waitingFor.join(', ')}` : 'does not answer';
      this.#giveUp('DOCKET_SERVICE_START', `${spec.name} was not ready within ${readyTimeoutMs / 1000} s (${reason})`);
    });
    void this.ready.finally(cancel).catch(() => undefined);
    this.#launch();
  }

  /** SIGTERM, SIGKILL after `graceMs`; resolves when the process has ended. May be called again. */
  async stop(graceMs: number): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    this.#fail(new DocketError('DOCKET_STOPPED', `${this.#options.spec.name} was stopped`));
    const exit = await this.#process?.stop(graceMs);
    if (first && exit) this.#options.onEvent({ type: 'stopped', service: this.#options.spec.name, exit: describeExit(exit) });
  }

  /** SIGKILL; resolves when the process has ended. */
  async kill(): Promise<void> {
    this.#stopping = true;
    this.#process?.kill();
    await this.#process?.exited;
  }

  #launch(): void {
    const { spec, env, log, clock, onEvent } = this.#options;
    const child = GuardedProcess.start({ command: process.execPath, args: [spec.entry], env: { ...env, ...spec.env }, log, clock });
    this.#process = child;
    onEvent({ type: 'started', service: spec.name, pid: child.pid });
    this.#probe(child, clock.now());
    void child.exited.then((exit) => this.#ended(exit));
  }

  #probe(child: GuardedProcess, since: number): void {
    const { spec, clock, onEvent } = this.#options;
    clock.schedule(PROBE_EVERY_MS, () => {
      if (!child.running || this.#stopping) return;
      void probeReadiness(spec.adminPort).then(({ ready, waitingFor }) => {
        this.#waitingFor = waitingFor;
        if (!child.running || this.#stopping) return;
        if (!ready) return this.#probe(child, since);
        this.#becameReady();
        onEvent({ type: 'ready', service: spec.name, afterMs: clock.now() - since });
      });
    });
  }

  #ended(exit: Exit): void {
    if (this.#stopping) return;
    const { spec, clock, onEvent } = this.#options;
    const again = this.#restarts.mayRestart(clock.now());
    onEvent({ type: 'died', service: spec.name, exit: describeExit(exit), deaths: this.#restarts.deaths });
    if (again) return this.#relaunch();
    const { deaths, windowMs } = this.#restarts;
    this.#giveUp('DOCKET_SERVICE_DIED', `${spec.name} died ${deaths} times within ${windowMs / 1000} s, the last time with ${describeExit(exit)}`);
  }

  #relaunch(): void {
    try {
      this.#launch();
    } catch {
      this.#giveUp('DOCKET_SERVICE_DIED', `${this.#options.spec.name} died and cannot be run again`);
    }
  }

  #giveUp(code: 'DOCKET_SERVICE_START' | 'DOCKET_SERVICE_DIED', what: string): void {
    const { log, logFile } = this.#options;
    this.#fail(new DocketError(code, [`${what}; the end of ${logFile}:`, ...log.tail(SHOWN_LINES)].join('\n')));
  }
}
