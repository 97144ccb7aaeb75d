import type { Bench, Turn } from '../bench.js';
import type { Measurement } from '../report/sample.js';
import { SubjectProcess } from '../subject/subject-process.js';
import type { ValidatorLoad, ValidatorResult } from '../validator/time-units.js';

const LONGEST_MS = 600_000;

export const bench: Bench = {
  summary: 'The validator\'s handler of grants, from the bytes of a work unit to what goes out, without Kafka; beside class-validator alone on the same DTO.',
  unitsMean: 'valid grants of 1 to 2 KB; a quarter as many go before, to warm up',
  subjects: ['validator', 'class-validator', 'json-class-validator'],
  rounds: 5,
  units: 20_000,
  needsBroker: false,
  ratios: [
    { name: 'throughput', metric: 'throughput', of: 'validator', over: ['class-validator'], better: 'higher' },
    { name: 'throughputWithParse', metric: 'throughput', of: 'validator', over: ['json-class-validator'], better: 'higher' },
  ],
  measure,
};

async function measure({ subject, units, progress }: Turn): Promise<readonly Measurement[]> {
  const load: ValidatorLoad = { warmUp: Math.ceil(units / 4), units };
  const process = new SubjectProcess(subject, load);
  try {
    progress('measuring');
    const said = await process.untilLine((line) => line.startsWith('{"seconds"'), LONGEST_MS);
    return [{ metric: 'throughput', unit: 'units/s', value: units / (JSON.parse(said) as ValidatorResult).seconds }];
  } finally {
    await process.stop();
  }
}
