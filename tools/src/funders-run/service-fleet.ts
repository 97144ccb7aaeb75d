import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess, ProcessLog } from '@docket/testing';
import { probeReadiness } from '../supervisor/readiness.js';
import type { ServiceSpec } from '../supervisor/service.js';

const READY_MS = 120_000;
const POLL_MS = 100;
const SHOWN_LINES = 12;

export interface ServiceFleetOptions {
  readonly logFolder: string;
  /** What every service gets before its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
}

interface Member {
  readonly spec: ServiceSpec;
  readonly log: ProcessLog;
  process: GuardedProcess;
  /** Its end is our doing. */
  expected: boolean;
  /** The kill under way, if any: the next one waits. */
  turn: Promise<void>;
}

/** Real services as processes, killed and started again as a run asks. One that ends by itself is started again, and is a defect. */
export class ServiceFleet {
  readonly defects: string[] = [];
  readonly #options: ServiceFleetOptions;
  readonly #members = new Map<string, Member>();
  #closed = false;

  constructor(options: ServiceFleetOptions) {
    this.#options = options;
  }

  /** Resolves when all are ready. Throws DOCKET_SERVICE_START with the end of the log of the first that is not. */
  async start(specs: readonly ServiceSpec[]): Promise<void> {
    for (const spec of specs) {
      const log = new ProcessLog({ file: join(this.#options.logFolder, `${spec.name}.log`), tailLines: SHOWN_LINES });
      this.#members.set(spec.name, { spec, log, process: this.#launch(spec, log), expected: false, turn: Promise.resolve() });
    }
    await Promise.all(specs.map(({ name }) => this.#ready(name)));
  }

  /** SIGKILL; resolves when it has been started again, `awayMs` later. */
  kill(name: string, awayMs: number): Promise<void> {
    const member = this.#member(name);
    member.turn = member.turn.then(async () => {
      member.expected = true;
      member.process.kill();
      await member.process.exited;
      await wait(awayMs);
      if (!this.#closed) this.#relaunch(member);
    });
    return member.turn;
  }

  /** Resolves when all have ended; they are told in the reverse order of their start. */
  async stop(): Promise<void> {
    this.#closed = true;
    const members = [...this.#members.values()].toReversed();
    await Promise.all(members.map(({ process }) => process.stop()));
    for (const { log } of members) log.close();
  }

  /** At once. */
  killAll(): void {
    this.#closed = true;
    for (const { process } of this.#members.values()) process.kill();
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (!member) throw new RangeError(`no service ${name}`);
    return member;
  }

  #launch(spec: ServiceSpec, log: ProcessLog): GuardedProcess {
    const child = GuardedProcess.start({ command: process.execPath, args: ['--enable-source-maps', spec.entry], env: { ...this.#options.env, ...spec.env }, log });
    void child.exited.then((exit) => {
      const member = this.#members.get(spec.name);
      if (this.#closed || !member || member.expected || member.process !== child) return;
      const text = `${spec.name} ended by itself (${describeExit(exit)}): ${log.tail().at(-1) ?? ''}`;
      this.defects.push(text);
      this.#options.say(text);
      void wait(1_000).then(() => {
        if (!this.#closed && !member.expected && member.process === child) this.#relaunch(member);
      });
    });
    return child;
  }

  #relaunch(member: Member): void {
    member.expected = false;
    member.process = this.#launch(member.spec, member.log);
  }

  async #ready(name: string): Promise<void> {
    const { spec, log } = this.#member(name);
    const until = Date.now() + READY_MS;
    for (;;) {
      const { ready, waitingFor } = await probeReadiness(spec.adminPort);
      if (ready) return;
      if (this.defects.length > 0 || Date.now() > until) {
        const reason = waitingFor.length > 0 ? ` (it waits for ${waitingFor.join(', ')})` : '';
        throw new DocketError('DOCKET_SERVICE_START', [`${name} is not ready${reason}; the end of its log:`, ...log.tail(SHOWN_LINES)].join('\n'));
      }
      await wait(POLL_MS);
    }
  }
}
