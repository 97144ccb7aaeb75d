import type { Bench, Turn } from '../bench.js';
import { preloadUnits, sendUnits } from '../pipeline/load.js';
import { withPipeline } from '../pipeline/pipeline-run.js';
import { PIPELINE_SUBJECTS } from '../pipeline/subjects.js';
import type { Measurement } from '../report/sample.js';

export const bench: Bench = {
  summary: 'Throughput of three stages in one process, 1 KiB units, 8 partitions: from letting the units loose to the last outcome.',
  unitsMean: 'laid in store; a sixth as many go before, to warm up',
  subjects: PIPELINE_SUBJECTS.filter((subject) => subject !== 'streams-eos-fast'),
  rounds: 3,
  units: 60_000,
  needsBroker: true,
  ratios: [
    { name: 'throughput', metric: 'throughput', of: 'docket', over: ['raw-eo', 'raw-eo-5ms'], better: 'higher' },
    { name: 'throughputOfSameRecords', metric: 'throughput', of: 'docket', over: ['raw-eo-same'], better: 'higher' },
  ],
  measure,
};

function measure(turn: Turn): Promise<readonly Measurement[]> {
  const warm = Math.ceil(turn.units / 6);
  const all = warm + turn.units;
  return withPipeline(turn, all, async ({ kafka, reader, input }) => {
    turn.progress('warming up');
    const producer = kafka.producer();
    await producer.connect();
    await sendUnits(producer, input, 0, warm);
    await producer.disconnect();
    await reader.untilSeen(warm);
    turn.progress('measuring');
    const from = await preloadUnits(kafka, input, warm, all);
    await reader.untilSeen(all);
    const last = reader.board.seenAt(warm, all).reduce((a, b) => Math.max(a, b));
    return [{ metric: 'throughput', unit: 'units/s', value: turn.units / ((last - from) / 1_000) }];
  });
}
