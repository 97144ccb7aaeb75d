import { DocketError } from '@docket/contracts';
import { EmbeddedKafka } from '@docket/testing';
import type { Bench, Turn } from './bench.js';
import { describeMachine } from './machine.js';
import { reportOf, type Report } from './report/report.js';
import type { Measurement, Sample } from './report/sample.js';
import { figure } from './report/table.js';

/**
 * Of a broker that has just started, whoever comes first would be the one to have its code compiled: it then answers at a
 * fifth of its speed for the better part of a minute.
 */
const WARM_UP_TURNS = 4;

export interface RunOptions {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly rounds: number;
  readonly units: number;
  readonly progress: (text: string) => void;
  /** Rejects when the run has to end; never resolves. */
  readonly interrupted: Promise<never>;
}

/**
 * All rounds, the subjects in turn within each: A B C, A B C. What the machine does meanwhile then hits all alike.
 * Throws what a turn throws, what `interrupted` rejects with, and DOCKET_BROKER_GONE (critical).
 */
export async function runBench(bench: Bench, options: RunOptions): Promise<Report> {
  const started = new Date();
  const machine = await describeMachine(started);
  const broker = bench.needsBroker ? await startBroker(options.progress) : undefined;
  try {
    const measure = async (subject: string, round: number, label: string): Promise<readonly Measurement[]> => {
      const turn: Turn = {
        subject, round, units: options.units,
        brokers: broker?.brokers ?? [],
        prefix: `${options.name}-${started.getTime().toString(36)}-${round}-${subject}`,
        progress: (text) => options.progress(`${label}: ${text}`),
      };
      const measurements = await Promise.race([bench.measure(turn), options.interrupted, ...(broker ? [goneOf(broker)] : [])]);
      turn.progress(measurements.map(({ metric, value, unit }) => `${metric} ${figure(value)} ${unit}`).join(', '));
      return measurements;
    };
    const [first] = options.subjects;
    for (let turn = 1; broker && first !== undefined && turn <= WARM_UP_TURNS; turn += 1) {
      await measure(first, 1 - turn, `not counted ${turn}/${WARM_UP_TURNS} ${first}`);
    }
    const samples: Sample[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const subject of options.subjects) {
        const measurements = await measure(subject, round, `round ${round}/${options.rounds} ${subject}`);
        samples.push(...measurements.map((measurement) => ({ subject, round, ...measurement })));
      }
    }
    return reportOf(options.name, machine, options.rounds, samples, bench.ratios);
  } finally {
    await broker?.stop();
  }
}

async function goneOf(broker: EmbeddedKafka): Promise<never> {
  await broker.exited;
  throw new DocketError('DOCKET_BROKER_GONE', `Apache Kafka ended in the middle of the run:\n${broker.tail(8).join('\n')}`);
}

/** Like a broker in production rather than one that starts fast: the compiler for long runs, and room on the heap. */
function startBroker(progress: (text: string) => void): Promise<EmbeddedKafka> {
  return EmbeddedKafka.start({
    heapMb: 1024,
    javaOptions: ['-XX:TieredStopAtLevel=4'],
    // A turn's topics go at its end, not a minute later in the middle of another's.
    properties: { 'log.segment.delete.delay.ms': '500' },
    onProgress: progress,
  });
}
