import { ManualClock } from '@docket/contracts';
import { createLogger, NestLogger } from '@docket/observability';
import type { OutputRecord } from '@docket/stage';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Admission, Refusal } from '../admission/admission.port.js';
import { openToAll, type Authenticator } from '../auth/authenticator.js';
import { createHttpApp } from '../http/create-app.js';
import { makeFrontDoor, type FrontDoor } from '../http/front-door.js';
import { httpModule } from '../http/http-module.js';
import type { Settings } from '../settings.js';
import type { IntakeRuntime } from '../tokens.js';

/** The front door of one test, on a port of its own: everything real but the broker, the admission and the clock. */
export class TestDoor {
  readonly clock = new ManualClock(Date.UTC(2026, 10, 21, 2));
  readonly written: OutputRecord[] = [];
  readonly counted: { readonly name: string; readonly labels: Readonly<Record<string, string>> }[] = [];
  /** What the broker does with what is written. */
  write: (records: readonly OutputRecord[]) => Promise<void> = () => Promise.resolve();
  /** What admission says. */
  refuse: (units: number) => Refusal | undefined = () => undefined;
  door!: FrontDoor;
  app!: NestFastifyApplication;
  url!: string;

  async open(given: Partial<Settings> = {}, authenticator: Authenticator = openToAll('county')): Promise<this> {
    const logger = createLogger('intake', 'standard', 'silent' as 'fatal');
    const settings = {
      lane: 'standard', httpTenant: 'county', maxBodyBytes: 4096, statusUrl: 'http://console/api/v1', receiptTimeZone: 'America/New_York', ackTimeoutMs: 1000,
      maxConnections: 1000, streamIdleMs: 60_000, streamTotalMs: 3_600_000, replayEntries: 1000, replayHours: 24, problemBaseUrl: '/problems/', ...given,
    };
    const metrics = {
      increment: (name: string, labels: Readonly<Record<string, string>> = {}) => void this.counted.push({ name, labels }),
      observe: () => undefined,
    };
    const runtime = {
      context: { settings, logger, clock: this.clock, metrics },
      writer: { write: async (records: readonly OutputRecord[]) => { await this.write(records); this.written.push(...records); } },
    } as unknown as IntakeRuntime;
    const admission: Admission = { refuse: (_kind, units) => this.refuse(units), charge: () => undefined };
    this.door = makeFrontDoor(runtime, { authenticator, admission });
    this.app = await createHttpApp(httpModule(this.door), this.door, new NestLogger(logger));
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
    return this;
  }

  async close(): Promise<void> {
    const closed = this.app.close();
    this.app.getHttpServer().closeAllConnections();
    await closed;
  }

  async post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text.startsWith('{') && !text.includes('}\n') ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /** Reasons by which requests were counted as refused. */
  get refusals(): (string | undefined)[] {
    return this.counted.filter(({ name }) => name === 'intake_rejected_total').map(({ labels }) => labels['reason']);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Members of a JSON answer. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const GRANTS = '/v1/grants/submissions';
export const STREAM = '/v1/grants/submissions/stream';
export const RECORDS = '/v1/records/batches';
