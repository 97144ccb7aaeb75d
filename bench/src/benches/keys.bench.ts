import type { Bench, Turn } from '../bench.js';
import { preloadUnits, sendUnits } from '../pipeline/load.js';
import { withPipeline } from '../pipeline/pipeline-run.js';
import type { Measurement } from '../report/sample.js';

const KEYS = 100;
const WARM_UP = 200;

export const bench: Bench = {
  summary: `One partition, ${KEYS} keys, a handler that waits 0 to 5 ms: key-ordered concurrency against one record after the other.`,
  unitsMean: `laid in store; ${WARM_UP} go before, to warm up`,
  subjects: ['docket-keys', 'serial-keys'],
  rounds: 3,
  units: 10_000,
  needsBroker: true,
  ratios: [{ name: 'speedup', metric: 'throughput', of: 'docket-keys', over: ['serial-keys'], better: 'higher' }],
  measure,
};

function measure(turn: Turn): Promise<readonly Measurement[]> {
  const all = WARM_UP + turn.units;
  return withPipeline(turn, all, async ({ kafka, reader, input }) => {
    const producer = kafka.producer();
    await producer.connect();
    await sendUnits(producer, input, 0, WARM_UP, KEYS);
    await producer.disconnect();
    await reader.untilSeen(WARM_UP);
    turn.progress('measuring');
    const from = await preloadUnits(kafka, input, WARM_UP, all, KEYS);
    await reader.untilSeen(all);
    const last = reader.board.seenAt(WARM_UP, all).reduce((a, b) => Math.max(a, b));
    return [{ metric: 'throughput', unit: 'units/s', value: turn.units / ((last - from) / 1_000) }];
  }, 1);
}
