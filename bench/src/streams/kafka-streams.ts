import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess, kafkaLibs, ProcessLog } from '@docket/testing';
import { READY, type Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { streamsClassPath } from './class-path.js';

const PROGRAM = fileURLToPath(new URL('../../streams/Pipeline.java', import.meta.url));

/**
 * The pipeline in Kafka Streams, exactly_once_v2, in a JVM with its own defaults; `overrides` are settings of Kafka
 * Streams. Resolves when it runs. When it ends by itself, so does this process.
 */
export async function kafkaStreams(settings: SubjectSettings, overrides: Readonly<Record<string, string>>): Promise<Close> {
  const { java } = await kafkaLibs();
  const classPath = await streamsClassPath();
  const stateDir = mkdtempSync(join(tmpdir(), 'docket-bench-streams-'));
  const log = new ProcessLog();
  const ready = new Promise<void>((resolve) => log.onLine((line) => line === READY && resolve()));
  const streams = GuardedProcess.start({
    command: java,
    args: [
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-classpath', classPath, PROGRAM,
      settings.brokers.join(','), settings.prefix, stateDir, ...Object.entries(overrides).map(([name, value]) => `${name}=${value}`),
    ],
    log,
  });
  let closing = false;
  const ended = streams.exited.then((exit): never => {
    rmSync(stateDir, { recursive: true, force: true });
    if (!closing) process.stderr.write(`${log.tail().join('\n')}\n`, () => process.exit(1));
    throw new DocketError('DOCKET_BENCH_SUBJECT', `Kafka Streams ended (${describeExit(exit)})`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  return async () => {
    closing = true;
    await streams.stop();
  };
}
