import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';

/** Oldest Java that runs Apache Kafka 4's server. */
const OLDEST_JAVA = 17;

const HOW_TO_GO_ON = `Install them:
  Debian, Ubuntu   apt-get install openjdk-17-jre-headless maven
  macOS            brew install openjdk@17 maven && export JAVA_HOME="$(brew --prefix openjdk@17)"
Or use a cluster of your own: set KAFKA_BROKERS=host:port (several: separated by commas).
Or run everything in containers: docker compose up.`;

export interface Prerequisites {
  /** Command that runs Java. */
  readonly java: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds Java (JAVA_HOME, else PATH) and, where `maven` is asked for, Maven. Throws DOCKET_PREREQUISITE (critical)
 * that names all that is missing and says what to install.
 */
export async function findPrerequisites(maven: boolean, env: Environment = process.env): Promise<Prerequisites> {
  const java = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java';
  const missing = [await javaProblem(java, env), maven ? await mavenProblem(env) : undefined].filter((problem) => problem !== undefined);
  if (missing.length > 0) {
    throw new DocketError(
      'DOCKET_PREREQUISITE',
      `Apache Kafka needs Java ${OLDEST_JAVA} or newer, and Maven to fetch it once:\n${missing.map((line) => `  - ${line}`).join('\n')}\n${HOW_TO_GO_ON}`,
    );
  }
  return { java };
}

async function javaProblem(java: string, env: Environment): Promise<string | undefined> {
  const where = env['JAVA_HOME'] ? 'in JAVA_HOME' : 'on the PATH';
  const output = await outputOf(java, ['-version'], env);
  if (output === undefined) return `there is no Java ${where}`;
  const version = javaVersion(output);
  if (version === undefined) return `the Java ${where} does not tell its version`;
  return version < OLDEST_JAVA ? `the Java ${where} is version ${version}` : undefined;
}

async function mavenProblem(env: Environment): Promise<string | undefined> {
  return (await outputOf('mvn', ['--version'], env)) === undefined ? 'there is no Maven (mvn) that runs on the PATH' : undefined;
}

/** The feature release of `java -version`: 17 of `openjdk version "17.0.15"`, 8 of `"1.8.0_402"`. */
export function javaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Both outputs of a command; undefined where it cannot be run or fails. */
function outputOf(command: string, args: readonly string[], env: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { env: { ...env }, timeout: 30_000 }, (error, stdout, stderr) => resolve(error ? undefined : `${stdout}${stderr}`));
  });
}
