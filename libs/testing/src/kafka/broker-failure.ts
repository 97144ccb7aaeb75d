/** Why a broker did not start, as far as its log tells. */
export type StartFailure = 'data in use' | 'port in use' | 'unknown';

export function startFailure(lines: readonly string[]): StartFailure {
  if (lines.some((line) => line.includes('Failed to acquire lock on file .lock'))) return 'data in use';
  if (lines.some((line) => /Address already in use|failed to bind/i.test(line))) return 'port in use';
  return 'unknown';
}

/** The lines that tell most: from the first error on, without the stack's own frames. */
export function tellingLines(lines: readonly string[], count = 15): readonly string[] {
  const telling = lines.filter((line) => !/^\s+(at |\.\.\. )/.test(line));
  const first = telling.findIndex((line) => / (ERROR|FATAL) |^Exception in|^Error:|Could not/.test(line));
  return first < 0 ? telling.slice(-count) : telling.slice(first, first + count);
}
