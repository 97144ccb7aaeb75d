/** Why a broker did not start, as far as its log tells. */
export type StartFailure = 'data in use' | 'port in use' | 'unknown';

export function startFailure(log: readonly string[]): StartFailure {
  if (log.some((line) => line.includes('Failed to acquire lock on file .lock'))) return 'data in use';
  if (log.some((line) => /Address already in use|failed to bind/i.test(line))) return 'port in use';
  return 'unknown';
}

/** What to tell the person who started it. `problem` continues "Apache Kafka …". */
export function describeStartFailure(failure: StartFailure, dataDir: string, problem: string, log: readonly string[]): string {
  switch (failure) {
    case 'data in use':
      return `the data folder ${dataDir} is in use by another broker: stop that one, or choose another folder`;
    case 'port in use':
      return 'another program took the port that Apache Kafka was about to open: start again, or choose another port';
    case 'unknown':
      return [`Apache Kafka ${problem}${log.length > 0 ? '; from its log:' : ' and wrote no log'}`, ...tellingLines(log)].join('\n');
  }
}

/** The lines that tell most: warnings, errors and what is no log line at all, without stack frames; else the last ones. */
export function tellingLines(log: readonly string[], count = 10): readonly string[] {
  const telling = log.filter((line) => !/^\s+(at |\.\.\. )| (INFO|DEBUG) /.test(line));
  return telling.length > 0 ? telling.slice(0, count) : log.slice(-count);
}
