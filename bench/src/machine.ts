import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { KAFKA_VERSION, kafkaLibs } from '@docket/testing';

/** Where the figures were measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly kafka: string;
  readonly java: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Mean number of runnable processes in the minute before the run: what else the machine was doing. */
  readonly load: number;
}

export async function describeMachine(now: Date): Promise<Machine> {
  const cores = cpus();
  const { java } = await kafkaLibs();
  const { stderr } = await promisify(execFile)(java, ['-version']);
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.versions.node,
    kafka: KAFKA_VERSION,
    java: /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown',
    date: now.toISOString(),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
