import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { topicCatalogue } from '@docket/contracts';
import { applyTopics, createKafka, RecordWriter, TopicNames, type Kafka } from '@docket/stage-kafka';
import { BrokerCluster } from '../chaos/broker-cluster.js';
import { stablePorts } from '../chaos/stable-ports.js';
import { Supervisor } from '../supervisor.js';
import type { ServiceSpec } from '../supervisor/service.js';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What a container of 384 MiB leaves the heap, as in docker-compose.yml; Node would take gigabytes of garbage here before it cleans up. */
const HEAP_MIB = 192;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What is to be ended when a run is over, however it ends; last first. */
export type Ends = (() => Promise<void> | void)[];

export interface InstallOptions {
  /** Takes the broker's data and all logs. */
  readonly folder: string;
  /** Of each topic. */
  readonly partitions: number;
  readonly ends: Ends;
  readonly say: (text: string) => void;
}

/** A service to run: `app` is its folder below `apps`. */
export interface AppSpec {
  readonly name: string;
  readonly app: string;
  readonly env: Readonly<Record<string, string | number>>;
  /** False for what needs no broker. */
  readonly onKafka?: boolean;
}

/** One broker with the topics of the standard and pii lanes, a writer to them, and the real services that a run starts. */
export class LocalInstall {
  /** By the service's name: every process id that it has had; a second one means that it died. */
  readonly pids = new Map<string, number[]>();
  /** By the service's name: where its metrics and health are. */
  readonly adminPorts = new Map<string, number>();
  readonly names = new TopicNames();
  readonly #supervisor: Supervisor;

  private constructor(readonly brokers: readonly string[], readonly writer: RecordWriter, options: InstallOptions) {
    const logDir = join(options.folder, 'logs');
    mkdirSync(logDir, { recursive: true });
    this.#supervisor = new Supervisor({
      logDir,
      env: { ...cleanEnvironment(), NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --max-old-space-size=${HEAP_MIB}`.trim() },
      // On a busy machine a process that only loads its modules can take this long.
      readyTimeoutMs: 180_000,
      onEvent: (event) => {
        if (event.type === 'started') this.pids.set(event.service, [...(this.pids.get(event.service) ?? []), event.pid]);
        if (event.type === 'died') options.say(`${event.service} died (${event.exit})`);
      },
    });
    options.ends.push(() => this.#supervisor.stop());
  }

  static async open(options: InstallOptions): Promise<LocalInstall> {
    const { folder, partitions, ends, say } = options;
    const cluster = await BrokerCluster.start({ nodes: 1, folder, onProgress: say });
    ends.push(() => cluster.stop());
    const names = new TopicNames();
    const { brokers } = cluster;
    await applyTopics(client(brokers, 'admin'), names, topicCatalogue({ lanes: ['standard', 'pii'], partitions, replication: 1 }), 1);
    const writer = new RecordWriter(client(brokers, 'upstream', true), names);
    await writer.connect();
    ends.push(() => writer.close());
    return new LocalInstall(brokers, writer, options);
  }

  /** A further client. */
  kafka(role: string): Kafka {
    return client(this.brokers, role);
  }

  /** Rejects when a service cannot be kept running. */
  get failed(): Promise<never> {
    return this.#supervisor.failed;
  }

  /** Side by side; resolves when all are ready. */
  async start(apps: readonly AppSpec[]): Promise<void> {
    const ports = await stablePorts(apps.length);
    await this.#supervisor.start(apps.map((app, index) => this.#specOf(app, ports[index] ?? 0)));
  }

  #specOf({ name, app, env, onKafka = true }: AppSpec, adminPort: number): ServiceSpec {
    this.adminPorts.set(name, adminPort);
    const all = {
      DOCKET_INSTANCE: name, DOCKET_ADMIN_PORT: adminPort, DOCKET_ADMIN_HOST: '127.0.0.1',
      ...(onKafka && { KAFKA_BROKERS: this.brokers.join(',') }),
      ...env,
    };
    return {
      name, adminPort, entry: join(ROOT, 'apps', app, 'dist', 'main.js'),
      env: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)])),
    };
  }
}

function client(brokers: readonly string[], role: string, endless = false): Kafka {
  return createKafka({ brokers, clientId: `docket-run-${role}`, log: quiet, endless });
}

/** Settings of this shell must not reach the services: each gets its own. */
function cleanEnvironment(): Record<string, string> {
  const ours = new Set(['KAFKA_BROKERS', 'DATABASE_URL', 'NODE_COMPILE_CACHE']);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOCKET_') && !ours.has(name)).map(([name, value]) => [name, value ?? '']));
}
