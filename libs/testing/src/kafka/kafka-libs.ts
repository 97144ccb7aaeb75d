import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocketError, systemClock, type Clock } from '@docket/contracts';
import { describeExit, GuardedProcess } from '../process/guarded-process.js';
import { ProcessLog } from '../process/process-log.js';
import { findPrerequisites } from './java.js';
import { isComplete, publish, stagingFolder } from './jar-folder.js';

/** The Apache Kafka release that tools/kafka/pom.xml names. */
export const KAFKA_VERSION = '4.1.1';

const POM = fileURLToPath(new URL('../../../../tools/kafka/pom.xml', import.meta.url));

/** In the version that the pom.xml gives. */
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies';

export interface KafkaLibsOptions {
  /** Default: `docket/kafka-<version>` in XDG_CACHE_HOME or ~/.cache. */
  readonly folder?: string;
  /** Told what is being done, in a few words, where it takes a while. */
  readonly onProgress?: (text: string) => void;
  readonly clock?: Clock;
}

export interface KafkaLibs {
  /** Command that runs Java. */
  readonly java: string;
  /** For java's -classpath. */
  readonly classPath: string;
}

/**
 * Apache Kafka's server, ready to be run: fetched with Maven where it is not yet in the cache (about 40 MB), which
 * holds either all of it or nothing. Several processes may ask at once.
 *
 * Throws DOCKET_PREREQUISITE where Java 17 is missing (or Maven, where it is needed), and DOCKET_KAFKA_DOWNLOAD
 * with Maven's words where it cannot be fetched.
 */
export async function kafkaLibs(options: KafkaLibsOptions = {}): Promise<KafkaLibs> {
  const folder = options.folder ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'docket', `kafka-${KAFKA_VERSION}`);
  const cached = isComplete(folder, POM);
  const { java } = await findPrerequisites(!cached);
  if (!cached) await fetchInto(folder, options);
  return { java, classPath: join(folder, '*') };
}

async function fetchInto(folder: string, options: KafkaLibsOptions): Promise<void> {
  const onProgress = options.onProgress ?? (() => undefined);
  const staging = stagingFolder(folder, (options.clock ?? systemClock).now());
  try {
    onProgress(`fetching Apache Kafka ${KAFKA_VERSION} (once, about 40 MB)`);
    await copyDependencies(staging, onProgress);
    publish(staging, folder, POM);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function copyDependencies(target: string, onProgress: (text: string) => void): Promise<void> {
  const log = new ProcessLog();
  let jars = 0;
  log.onLine((line) => {
    if (!/Downloaded from .*\.jar \(/.test(line)) return;
    jars += 1;
    if (jars % 10 === 0) onProgress(`fetching Apache Kafka ${KAFKA_VERSION}: ${jars} files`);
  });
  const maven = GuardedProcess.start({
    command: 'mvn',
    args: ['--batch-mode', '--strict-checksums', '--file', POM, COPY, `-DoutputDirectory=${target}`],
    env: { ...process.env, MAVEN_OPTS: `-XX:TieredStopAtLevel=1 ${process.env['MAVEN_OPTS'] ?? ''}`.trim() },
    log,
  });
  const exit = await maven.exited;
  if (exit.code === 0) return;
  throw new DocketError(
    'DOCKET_KAFKA_DOWNLOAD',
    [
      `Apache Kafka ${KAFKA_VERSION} cannot be fetched with Maven (${describeExit(exit)}).`,
      'Check the network, and the proxy and mirrors in ~/.m2/settings.xml. Maven says:',
      ...mavenErrors(log.tail()),
    ].join('\n'),
    { kind: 'retriable' },
  );
}

/** Without Maven's advice on its own switches. */
function mavenErrors(lines: readonly string[]): readonly string[] {
  const errors = lines.filter((line) => /\[ERROR\] \S/.test(line) && !/\] (To see|Re-run|For more|\[Help)/.test(line));
  return errors.length > 0 ? errors.slice(0, 3) : lines.slice(-10);
}
