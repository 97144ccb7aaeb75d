import type { Findings } from './findings.js';

export interface FuzzResult {
  readonly seed: number;
  readonly bodies: number;
  readonly records: number;
  /** Broken requests on sockets of their own; not among the bodies. */
  readonly rawRequests: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly defects: ReturnType<Findings['defects']>;
  /** Resident memory in MiB, by service. */
  readonly memory: Readonly<Record<string, { readonly before: number; readonly most: number; readonly after: number }>>;
}

export function isSound(result: FuzzResult): boolean {
  return result.defects.length === 0;
}

/** For people. */
export function summary(result: FuzzResult): string {
  const { seed, bodies, records, rawRequests, seconds, counts, defects, memory } = result;
  const row = (name: string, value: string | number) => `  ${name.padEnd(58)}${String(value).padStart(10)}`;
  return [
    `${bodies} bodies, ${records} records and ${rawRequests} broken requests in ${seconds} s, seed ${seed}`,
    '',
    ...Object.entries(counts).map(([name, value]) => row(name, value)),
    '',
    ...Object.entries(memory).map(([name, { before, most, after }]) => `  ${name}: ${before} MiB before, ${most} at most, ${after} after`),
    '',
    ...defects.map(({ what, times, examples }) => [`WRONG, ${times} times: ${what}`, ...examples.map((example) => `    ${example}`)].join('\n')),
    isSound(result)
      ? 'No service ended, no answer was 5xx of our own fault, every refusal named its problem or rule, every record came to an end, nothing that breaks a rule got through.'
      : `WRONG: see above (the same again: --seed ${seed} --bodies ${bodies} --records ${records}).`,
  ].join('\n');
}
