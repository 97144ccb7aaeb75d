import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess } from '@docket/testing';

const POM = fileURLToPath(new URL('../../streams/pom.xml', import.meta.url));

/** In the version that the pom.xml gives. */
const BUILD = 'org.apache.maven.plugins:maven-dependency-plugin:build-classpath';

/**
 * Kafka Streams and what it needs, for java's -classpath: jars in Maven's own repository, fetched where they are not
 * there (about 90 MB, once). Throws DOCKET_KAFKA_DOWNLOAD (retriable) with Maven's words where they cannot be.
 */
export async function streamsClassPath(): Promise<string> {
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'docket');
  // Named after the pom.xml: another one asks Maven anew.
  const file = join(folder, `bench-streams-${createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 16)}.classpath`);
  const cached = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (cached !== '' && cached.split(delimiter).every((jar) => existsSync(jar))) return cached;
  mkdirSync(folder, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await askMaven(fresh);
  const classPath = readFileSync(fresh, 'utf8').trim();
  writeFileSync(fresh, classPath);
  renameSync(fresh, file);
  return classPath;
}

async function askMaven(outputFile: string): Promise<void> {
  const maven = GuardedProcess.start({
    command: 'mvn',
    args: ['--batch-mode', '--strict-checksums', '--file', POM, BUILD, `-Dmdep.outputFile=${outputFile}`],
  });
  const exit = await maven.exited;
  if (exit.code === 0) return;
  const said = maven.log.tail().filter((line) => /\[ERROR\] \S/.test(line)).slice(0, 3);
  throw new DocketError('DOCKET_KAFKA_DOWNLOAD', [`Kafka Streams cannot be fetched with Maven (${describeExit(exit)}):`, ...said].join('\n'), { kind: 'retriable' });
}
