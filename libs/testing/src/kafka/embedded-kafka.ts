import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DocketError, systemClock, type Clock } from '@docket/contracts';
import { freePorts, portState } from '../net/free-port.js';
import { describeExit, GuardedProcess, type Exit } from '../process/guarded-process.js';
import { ProcessLog } from '../process/process-log.js';
import { serverProperties } from './broker-config.js';
import { startFailure, tellingLines, type StartFailure } from './broker-failure.js';
import { kafkaLibs, type KafkaLibs } from './kafka-libs.js';
import { formatStorage, isFormatted } from './storage-format.js';

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
  /** Broker properties that override the ones set here. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Longest time to be ready, in milliseconds; default 60,000. */
  readonly startTimeoutMs?: number;
  /** Told what is being done, in a few words. */
  readonly onProgress?: (text: string) => void;
  readonly clock?: Clock;
}

const RUN = 'run-';

const READY = 'Kafka Server started';

/** Another process may take a port between its choice and the broker's start. */
const PORT_TRIES = 3;

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
    const libs = await kafkaLibs(options.onProgress ? { onProgress: options.onProgress } : {});
    const temporary = options.dataDir === undefined;
    const dataDir = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), 'docket-kafka-')));
    const log = new ProcessLog({ ...(options.logFile === undefined ? {} : { file: options.logFile }), tailLines: 200 });
    const dispose = () => {
      log.close();
      if (temporary) rmSync(dataDir, { recursive: true, force: true });
    };
    try {
      const { broker, port } = await startBroker(libs, dataDir, log, options);
      return new EmbeddedKafka(broker, port, dispose);
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

  /** SIGKILL, as a crash would; a data folder of the caller's own can be started again. */
  kill(): void {
    this.#process.kill();
  }
}

async function startBroker(libs: KafkaLibs, dataDir: string, log: ProcessLog, options: EmbeddedKafkaOptions) {
  for (let tries = 1; ; tries += 1) {
    const [controllerPort = 0, anyPort = 0] = await freePorts(2);
    const port = options.port ?? anyPort;
    if (options.port !== undefined && (await portState(port)) !== 'free') {
      throw new DocketError('DOCKET_BROKER_START', `port ${port}, wanted for Apache Kafka, is in use: free it, or choose another`);
    }
    const runDir = newRunFolder(dataDir);
    const broker = await launch(libs, dataDir, runDir, log, options, port, controllerPort);
    const problem = await untilReady(broker, options);
    if (problem === undefined) {
      removeRunFolders(dataDir, runDir);
      return { broker, port };
    }
    broker.kill();
    await broker.exited;
    rmSync(runDir, { recursive: true, force: true });
    const failure = startFailure(log.tail());
    if (failure === 'port in use' && tries < PORT_TRIES) continue;
    throw new DocketError('DOCKET_BROKER_START', explain(failure, dataDir, problem, log.tail()));
  }
}

async function launch(
  libs: KafkaLibs, dataDir: string, runDir: string, log: ProcessLog, options: EmbeddedKafkaOptions, brokerPort: number, controllerPort: number,
): Promise<GuardedProcess> {
  const logDir = join(dataDir, 'log');
  const metadataDir = join(dataDir, 'metadata');
  const config = join(runDir, 'server.properties');
  writeFileSync(config, serverProperties({ brokerPort, controllerPort, logDir, metadataDir, properties: options.properties ?? {} }));
  if (!isFormatted([logDir, metadataDir])) {
    options.onProgress?.('formatting the data folder of Apache Kafka');
    await formatStorage(libs, config, [logDir, metadataDir]);
  }
  options.onProgress?.('starting Apache Kafka');
  const heap = options.heapMb ?? 320;
  return GuardedProcess.start({
    command: libs.java,
    args: [
      `-Xmx${heap}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError', '-XX:-UsePerfData',
      // Native codecs are unpacked here, and stay after a SIGKILL: never in the machine's own /tmp.
      `-Djava.io.tmpdir=${runDir}`,
      '-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
      '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn',
      ...(options.javaOptions ?? []),
      '-classpath', libs.classPath, 'kafka.Kafka', config,
    ],
    log,
    ...(options.clock ? { clock: options.clock } : {}),
  });
}

/** Settings and scratch files of one start, apart: the data folder may turn out to be in use by another broker. */
function newRunFolder(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  return mkdtempSync(join(dataDir, RUN));
}

/** Once the broker runs, the data folder is its own: run folders that a crash left can go. */
function removeRunFolders(dataDir: string, keep: string): void {
  for (const name of readdirSync(dataDir)) {
    const folder = join(dataDir, name);
    if (name.startsWith(RUN) && folder !== keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined once the broker takes requests, else what happened instead. */
async function untilReady(broker: GuardedProcess, options: EmbeddedKafkaOptions): Promise<string | undefined> {
  const timeoutMs = options.startTimeoutMs ?? 60_000;
  const cleanUp: (() => void)[] = [];
  const ready = new Promise<undefined>((done) => {
    cleanUp.push(broker.log.onLine((line) => line.includes(READY) && done(undefined)));
  });
  const late = new Promise<string>((done) => {
    cleanUp.push((options.clock ?? systemClock).schedule(timeoutMs, () => done(`was not ready within ${timeoutMs / 1000} s`)));
  });
  const ended = broker.exited.then((exit) => `ended at its start (${describeExit(exit)})`);
  try {
    return await Promise.race([ready, late, ended]);
  } finally {
    for (const undo of cleanUp) undo();
  }
}

function explain(failure: StartFailure, dataDir: string, problem: string, log: readonly string[]): string {
  switch (failure) {
    case 'data in use':
      return `the data folder ${dataDir} is in use by another broker: stop that one, or choose another folder`;
    case 'port in use':
      return 'another program took the port that Apache Kafka was about to open: start again, or choose another port';
    case 'unknown':
      return [`Apache Kafka ${problem}${log.length > 0 ? '; from its log:' : ' and wrote no log'}`, ...tellingLines(log)].join('\n');
  }
}
