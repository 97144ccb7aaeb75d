/** How things stood in one second; rates are of the second before. */
export interface Sample {
  /** Seconds since the overload began; before it negative. */
  readonly second: number;
  readonly phase: 'warm-up' | 'overload' | 'recovery';
  readonly offeredHttp: number;
  readonly offeredKafka: number;
  readonly acceptedHttp: number;
  readonly refused: number;
  /** Work units made: what was let in by both ways. */
  readonly letIn: number;
  readonly ended: number;
  /** Records on grants.inbound without a work unit. */
  readonly inboundBacklog: number;
  /** Of the stage that is furthest behind, as the collector said last. */
  readonly lagRecords: number;
  readonly lagSeconds: number;
  readonly drainSeconds: number;
  readonly admission: string;
  readonly scale: number;
  /** MiB, by service. */
  readonly memory: Readonly<Record<string, number>>;
}

/** For spreadsheets. */
export function toCsv(samples: readonly Sample[]): string {
  const services = Object.keys(samples[0]?.memory ?? {});
  const names = Object.keys(samples[0] ?? {}).filter((name) => name !== 'memory') as (keyof Omit<Sample, 'memory'>)[];
  const rows = samples.map((sample) => [...names.map((name) => sample[name]), ...services.map((service) => sample.memory[service] ?? '')].join(','));
  return `${[[...names, ...services.map((service) => `${service} MiB`)].join(','), ...rows].join('\n')}\n`;
}
