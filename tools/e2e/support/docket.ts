import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START = join(import.meta.dirname, '../../start.mjs');

export interface Report {
  readonly samples: readonly {
    readonly name: string; readonly expected: string; readonly outcome: string | null; readonly attempts: number; readonly asExpected: boolean;
    readonly knownBefore: boolean; readonly dropped: number; readonly closedAt: string | null; readonly code?: string; readonly references?: Readonly<Record<string, unknown>>;
    readonly correlationId: string;
  }[];
  readonly audit: { readonly events: number; readonly verified: number };
  readonly startedMs: number;
}

/** The product as its users start it, on ports and data of its own. */
export class Docket {
  readonly data = mkdtempSync(join(tmpdir(), 'docket-e2e-'));
  readonly reportFile = join(this.data, 'report.json');
  readonly portOffset: number;
  output = '';
  #child: ChildProcess | undefined;

  constructor() {
    // Below the range from which the system takes the ports of outgoing connections.
    this.portOffset = 1_000 + Math.floor(Math.random() * 20_000);
  }

  /** `npm start -- args`; resolves with the exit code. */
  start(...args: string[]): Promise<number | null> {
    const child = spawn(process.execPath, [START, '--data', join(this.data, 'run'), '--port-offset', String(this.portOffset), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.output += text.toString()));
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  get launcher(): ChildProcess | undefined {
    return this.#child;
  }

  report(): Report {
    return JSON.parse(readFileSync(this.reportFile, 'utf8')) as Report;
  }

  /** What a service has logged in this life and those before. */
  log(service: string): string {
    return readFileSync(join(this.data, 'run', 'logs', `${service}.log`), 'utf8');
  }

  /** Submissions that the funder simulator's journal holds; each is one line. */
  submissions(): string[] {
    const lines = readFileSync(join(this.data, 'run', 'funder-simulator.jsonl'), 'utf8').split('\n');
    return lines.filter((line) => /"(step|call|kind|operation)":"submit"/.test(line));
  }

  /** Process ids of a running service of this install, found by its settings. */
  pids(service: string): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          const environ = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
          const port = Number(environ.find((entry) => entry.startsWith('DOCKET_ADMIN_PORT='))?.split('=')[1]);
          return environ.includes(`DOCKET_INSTANCE=${service}`) && port >= 9464 + this.portOffset && port < 9500 + this.portOffset;
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  dispose(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.data, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

export const SERVICES = [
  'ocr-engine', 'funder-simulator', 'auditor', 'console', 'lag-collector', 'deadlines', 'executor', 'ocr-router', 'ocr-router-pii', 'validator',
  'validator-pii', 'intake', 'intake-pii',
];
