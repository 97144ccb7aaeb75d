import { ManualClock } from '@docket/contracts';
import type { Connection } from '../cli/cluster.js';
import { run } from '../cli/run.js';
import type { Terminal } from '../cli/terminal.js';
import { FakeCluster, type FakeState } from './fake-cluster.js';

export interface Setting extends FakeState {
  readonly isTty?: boolean;
  /** What the person answers when asked; nobody can be asked without it. */
  readonly answer?: string;
  readonly user?: string | undefined;
  readonly cluster?: FakeCluster;
}

/** 2026-03-02T09:00:00.000Z, the time of all commands. */
export const NOW = Date.UTC(2026, 2, 2, 9);

/** A run of the command line on a cluster in memory, which may be acted on meanwhile. */
export class DocketRun {
  readonly cluster: FakeCluster;
  readonly clock = new ManualClock(NOW);
  readonly #out: Buffer[] = [];
  readonly #err: string[] = [];
  readonly asked: string[] = [];
  readonly interrupts = new Set<() => void>();
  connection: Connection | undefined;
  readonly code: Promise<number>;

  constructor(args: readonly string[], setting: Setting = {}) {
    this.cluster = setting.cluster ?? new FakeCluster(setting);
    const terminal: Terminal = {
      out: (data) => void this.#out.push(Buffer.from(data)),
      err: (text) => void this.#err.push(text),
      isTty: setting.isTty ?? false,
      colour: false,
      errIsTty: setting.isTty ?? false,
      canAsk: setting.answer !== undefined,
      ask: (question) => {
        this.asked.push(question);
        return Promise.resolve(setting.answer ?? '');
      },
      onInterrupt: (fn) => {
        this.interrupts.add(fn);
        return () => void this.interrupts.delete(fn);
      },
    };
    this.code = run(args, {
      version: '1.2.3',
      terminal,
      clock: this.clock,
      user: () => ('user' in setting ? setting.user : 'operator'),
      open: (connection) => {
        this.connection = connection;
        return Promise.resolve(this.cluster);
      },
    });
  }

  /** As a pipe gets them. */
  get bytes(): Buffer {
    return Buffer.concat(this.#out);
  }

  get out(): string {
    return this.bytes.toString();
  }

  get err(): string {
    return this.#err.join('');
  }

  json(): unknown {
    return JSON.parse(this.out);
  }
}

/** Runs to the end. */
export async function docket(args: readonly string[], setting: Setting = {}) {
  const run = new DocketRun(args, setting);
  const code = await run.code;
  const { applied, read, written } = run.cluster;
  return { code, out: run.out, bytes: run.bytes, err: run.err, asked: run.asked, connection: run.connection, applied, read, written, json: () => run.json() };
}
