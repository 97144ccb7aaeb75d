import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '@docket/contracts';
import type { Exit, GuardedProcess } from '../process/guarded-process.js';
import { ProcessLog } from '../process/process-log.js';
import { startBroker } from './broker-start.js';
import { kafkaLibs } from './kafka-libs.js';

export interface EmbeddedKafkaOptions {
  /** Kept between runs; default: a temporary folder that stop() removes. */
  readonly dataDir?: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** Default: none; the last lines are kept in memory in any case. */
  readonly logFile?: string;
  /** Java heap in MiB; default 320. */
  readonly heapMb?: number;
  /** Java options that come after, and so override, the ones set here. */
  readonly javaOptions?: readonly string[];
  /** Of a new data folder: 16 bytes in URL-safe base 64, for nodes that are to form one cluster; default: random. */
  readonly clusterId?: string;
  /** Broker properties that override the ones set here. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Longest time to be ready, in milliseconds; default 60,000. */
  readonly startTimeoutMs?: number;
  /** Told what is being done, in a few words. */
  readonly onProgress?: (text: string) => void;
  readonly clock?: Clock;
}

/**
 * One real Apache Kafka node (KRaft, broker and controller in one process) that listens on 127.0.0.1 only and never
 * outlives this process.
 */
export class EmbeddedKafka {
  /** `host:port` of each broker: one. */
  readonly brokers: readonly string[];
  readonly pid: number;
  /** Resolves when the broker's process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  readonly #process: GuardedProcess;
  readonly #dispose: () => void;

  private constructor(broker: GuardedProcess, port: number, dispose: () => void) {
    this.#process = broker;
    this.#dispose = dispose;
    this.brokers = [`127.0.0.1:${port}`];
    this.pid = broker.pid;
    this.exited = broker.exited;
  }

  /**
   * Fetches Kafka where it is not cached, formats the data folder where it is new, and resolves when the broker takes
   * requests. Throws DOCKET_PREREQUISITE, DOCKET_KAFKA_DOWNLOAD (see kafkaLibs), and DOCKET_BROKER_START where the
   * port or the data folder is in use, or the broker ends or is not ready in time; then nothing is left running.
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const libs = await kafkaLibs(options);
    const temporary = options.dataDir === undefined;
    const dataDir = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), 'docket-kafka-')));
    const log = new ProcessLog({ ...(options.logFile === undefined ? {} : { file: options.logFile }), tailLines: 200 });
    const dispose = () => {
      log.close();
      if (temporary) rmSync(dataDir, { recursive: true, force: true });
    };
    try {
      const broker = await startBroker(libs, dataDir, log, options);
      return new EmbeddedKafka(broker.process, broker.port, () => {
        rmSync(broker.runDir, { recursive: true, force: true });
        dispose();
      });
    } catch (error) {
      dispose();
      throw error;
    }
  }

  /** The last lines of the broker's log, oldest first. */
  tail(count?: number): readonly string[] {
    return this.#process.log.tail(count);
  }

  /** Clean shutdown: SIGTERM, SIGKILL after 15 s. May be called again, and after kill(). */
  async stop(): Promise<void> {
    await this.#process.stop();
    this.#dispose();
  }

  /** SIGKILL, as a crash would; a data folder of the caller's own can be started again, which takes some 6 s. */
  kill(): void {
    this.#process.kill();
  }
}
