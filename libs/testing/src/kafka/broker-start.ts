import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError, systemClock } from '@docket/contracts';
import { freePorts, portState } from '../net/free-port.js';
import { describeExit, GuardedProcess } from '../process/guarded-process.js';
import type { ProcessLog } from '../process/process-log.js';
import { javaArguments, serverProperties } from './broker-config.js';
import { describeStartFailure, startFailure } from './broker-failure.js';
import type { EmbeddedKafkaOptions } from './embedded-kafka.js';
import type { KafkaLibs } from './kafka-libs.js';
import { formatStorage, isFormatted } from './storage-format.js';

export interface StartedBroker {
  readonly process: GuardedProcess;
  readonly port: number;
  /** Settings and scratch files of this start. */
  readonly runDir: string;
}

const RUN = 'run-';
const READY = 'Kafka Server started';

/** Another process may take a port between its choice and the broker's start. */
const PORT_TRIES = 3;

/** Throws DOCKET_BROKER_START (critical), and then leaves nothing running. */
export async function startBroker(libs: KafkaLibs, dataDir: string, log: ProcessLog, options: EmbeddedKafkaOptions): Promise<StartedBroker> {
  for (let tries = 1; ; tries += 1) {
    const [controllerPort = 0, anyPort = 0] = await freePorts(2);
    const port = options.port ?? anyPort;
    if (options.port !== undefined && (await portState(port)) !== 'free') {
      throw new DocketError('DOCKET_BROKER_START', `port ${port}, wanted for Apache Kafka, is in use: free it, or choose another`);
    }
    // A folder a start: the data folder may turn out to be in use by another broker, whose files must stay.
    mkdirSync(dataDir, { recursive: true });
    const runDir = mkdtempSync(join(dataDir, RUN));
    const lines: string[] = [];
    const stopReading = log.onLine((line) => lines.push(line));
    try {
      const broker = await launch(libs, dataDir, runDir, log, options, { port, controllerPort });
      const problem = await untilReady(broker, options);
      if (problem === undefined) {
        removeOldRuns(dataDir, runDir);
        return { process: broker, port, runDir };
      }
      broker.kill();
      await broker.exited;
      const failure = startFailure(lines);
      if (failure === 'port in use' && tries < PORT_TRIES) continue;
      throw new DocketError('DOCKET_BROKER_START', describeStartFailure(failure, dataDir, problem, lines));
    } finally {
      stopReading();
    }
  }
}

async function launch(
  libs: KafkaLibs, dataDir: string, runDir: string, log: ProcessLog, options: EmbeddedKafkaOptions,
  ports: { readonly port: number; readonly controllerPort: number },
): Promise<GuardedProcess> {
  const folders = { logDir: join(dataDir, 'log'), metadataDir: join(dataDir, 'metadata') };
  const config = join(runDir, 'server.properties');
  writeFileSync(config, serverProperties({ ...ports, ...folders, properties: options.properties ?? {} }));
  if (!isFormatted(Object.values(folders))) {
    options.onProgress?.('formatting the data folder of Apache Kafka');
    await formatStorage(libs, config, Object.values(folders), options.clusterId);
  }
  options.onProgress?.('starting Apache Kafka');
  return GuardedProcess.start({
    command: libs.java,
    args: [
      ...javaArguments(options.heapMb ?? 320, runDir), ...(options.javaOptions ?? []),
      '-classpath', libs.classPath, 'kafka.Kafka', config,
    ],
    log,
    ...(options.clock ? { clock: options.clock } : {}),
  });
}

/** Once the broker runs, the data folder is its own: what a crash left can go. */
function removeOldRuns(dataDir: string, keep: string): void {
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
