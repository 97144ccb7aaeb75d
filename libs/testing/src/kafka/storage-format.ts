import { randomBytes } from 'node:crypto';
import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess } from '../process/guarded-process.js';
import { tellingLines } from './broker-failure.js';
import type { KafkaLibs } from './kafka-libs.js';

/**
 * Prepares an empty log folder for KRaft, as `kafka-storage format` does. The folder counts as formatted only at the
 * very end, so an interrupted run is simply done again. Throws DOCKET_BROKER_START (critical).
 */
export async function formatStorage(libs: KafkaLibs, configFile: string): Promise<void> {
  const format = GuardedProcess.start({
    command: libs.java,
    args: [
      '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-classpath', libs.classPath, 'kafka.tools.StorageTool', 'format', '--cluster-id', clusterId(), '--config', configFile,
    ],
  });
  const exit = await format.exited;
  if (exit.code === 0) return;
  throw new DocketError(
    'DOCKET_BROKER_START',
    `the data folder of Apache Kafka cannot be formatted (${describeExit(exit)}):\n${tellingLines(format.log.tail()).join('\n')}`,
  );
}

/** Kafka's form of a UUID: 16 bytes in URL-safe base 64; a leading dash would look like an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}
