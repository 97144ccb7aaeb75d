import type { Bench, Turn } from '../bench.js';
import { sendAtRate, sendUnits } from '../pipeline/load.js';
import { withPipeline } from '../pipeline/pipeline-run.js';
import { PIPELINE_SUBJECTS } from '../pipeline/subjects.js';
import type { Measurement } from '../report/sample.js';
import { percentile } from '../report/statistics.js';

const PER_SECOND = 200;

/** Sent at once, until all partitions are known to flow; then the load begins. */
const PROBES = 200;

/** Five seconds of load before measuring. */
const WARM_UP = 5 * PER_SECOND;

export const bench: Bench = {
  summary: `Latency through the same three stages, ${PER_SECOND} units/s whatever happens: from when a unit was due to be sent to its outcome.`,
  unitsMean: `${PER_SECOND} a second, after ${WARM_UP / PER_SECOND} s to warm up`,
  subjects: PIPELINE_SUBJECTS,
  rounds: 3,
  units: 30 * PER_SECOND,
  needsBroker: true,
  ratios: (['p50', 'p99'] as const).map((metric) => ({ name: metric, metric, of: 'docket', over: ['raw-eo-5ms'], better: 'lower' })),
  measure,
};

function measure(turn: Turn): Promise<readonly Measurement[]> {
  const first = PROBES + WARM_UP;
  const all = first + turn.units;
  return withPipeline(turn, all, async ({ kafka, reader, input }) => {
    const producer = kafka.producer();
    await producer.connect();
    try {
      await sendUnits(producer, input, 0, PROBES);
      await reader.untilSeen(PROBES);
      turn.progress('under load');
      const start = await sendAtRate(producer, input, PROBES, all, PER_SECOND);
      await reader.untilSeen(all);
      const due = (index: number) => start + ((WARM_UP + index) * 1_000) / PER_SECOND;
      const latencies = reader.board.seenAt(first, all).map((seenAt, index) => seenAt - due(index));
      return [50, 99].map((percent) => ({ metric: `p${percent}`, unit: 'ms', value: percentile(latencies, percent) }));
    } finally {
      await producer.disconnect();
    }
  });
}
