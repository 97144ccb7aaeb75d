import { DocketError } from '@docket/contracts';

/** What every subject is told, as JSON in its first argument. */
export interface SubjectSettings {
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** Of the topics (`<prefix>.in` …), and for groups and transactional ids. */
  readonly prefix: string;
  /** Of each topic. */
  readonly partitions: number;
}

/** Throws DOCKET_BENCH_SETTINGS (critical). */
export function readSettings(text: string | undefined): SubjectSettings {
  const value = parsed(text);
  const { brokers, prefix, partitions } = value;
  if (!Array.isArray(brokers) || brokers.length === 0 || !brokers.every((broker): broker is string => typeof broker === 'string')) {
    throw bad('brokers has to be a list of host:port');
  }
  if (typeof prefix !== 'string' || !/^[a-zA-Z0-9._-]{1,150}$/.test(prefix)) throw bad('prefix has to fit into a topic name');
  if (typeof partitions !== 'number' || !Number.isInteger(partitions) || partitions < 1) throw bad('partitions has to be a positive whole number');
  const unknown = Object.keys(value).filter((key) => !['brokers', 'prefix', 'partitions'].includes(key));
  if (unknown.length > 0) throw bad(`${unknown.join(', ')} is not known`);
  return { brokers, prefix, partitions };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw bad('the argument has to be a JSON object');
}

function bad(problem: string): DocketError {
  return new DocketError('DOCKET_BENCH_SETTINGS', `a subject takes {"brokers":["host:port"],"prefix":"x","partitions":8}: ${problem}`);
}
