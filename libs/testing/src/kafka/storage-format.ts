import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess } from '../process/guarded-process.js';
import { tellingLines } from './broker-failure.js';
import type { KafkaLibs } from './kafka-libs.js';

/** Written last: what lacks it is not formatted. */
const FORMATTED = 'meta.properties';

export function isFormatted(folders: readonly string[]): boolean {
  return folders.every((folder) => existsSync(join(folder, FORMATTED)));
}

/**
 * Prepares a broker's folders for KRaft, as `kafka-storage format` does; those that are formatted stay as they are,
 * so that an interrupted run can be finished. Without a `clusterId` a new cluster begins. Throws DOCKET_BROKER_START (critical).
 */
export async function formatStorage(libs: KafkaLibs, configFile: string, folders: readonly string[], clusterId?: string): Promise<void> {
  const format = GuardedProcess.start({
    command: libs.java,
    args: [
      '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-classpath', libs.classPath, 'kafka.tools.StorageTool', 'format', '--ignore-formatted',
      '--cluster-id', existingClusterId(folders) ?? clusterId ?? newClusterId(), '--config', configFile,
    ],
  });
  const exit = await format.exited;
  if (exit.code === 0) return;
  throw new DocketError(
    'DOCKET_BROKER_START',
    `the data folder of Apache Kafka cannot be formatted (${describeExit(exit)}):\n${tellingLines(format.log.tail()).join('\n')}`,
  );
}

function existingClusterId(folders: readonly string[]): string | undefined {
  const formatted = folders.find((folder) => isFormatted([folder]));
  return formatted && /^cluster\.id=(.+)$/m.exec(readFileSync(join(formatted, FORMATTED), 'utf8'))?.[1];
}

/** Kafka's form of a UUID: 16 bytes in URL-safe base 64; a leading dash would look like an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
