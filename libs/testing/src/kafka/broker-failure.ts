/** Why a broker did not start, as far as its log tells. */
export type StartFailure = 'data in use' | 'port in use' | 'unknown';

export function startFailure(lines: readonly string[]): StartFailure {
  if (lines.some((line) => line.includes('Failed to acquire lock on file .lock'))) return 'data in use';
  if (lines.some((line) => /Address already in use|failed to bind/i.test(line))) return 'port in use';
  return 'unknown';
}

/** The lines that tell most: warnings, errors and what is no log line at all, without stack frames; else the last ones. */
export function tellingLines(lines: readonly string[], count = 10): readonly string[] {
  const telling = lines.filter((line) => !/^\s+(at |\.\.\. )| (INFO|DEBUG) /.test(line));
  return telling.length > 0 ? telling.slice(0, count) : lines.slice(-count);
}
