import type { Bench } from '../bench.js';

/** The text of `--help`, with what each bench measures. */
export function helpText(benches: ReadonlyMap<string, Bench>): string {
  return `npm run bench -- NAME [options]   measures Docket and its peers in turn, on one Apache Kafka of our own

${[...benches].map(describe).join('\n')}
options
  --json FILE       write the figures as JSON too
  --rounds N        rounds; in each, every subject has one turn
  --units N         how much work a turn has
  --subjects A,B    only these subjects
  --help            this text

The table goes to standard output, progress to standard error. Needs Java 17 and Maven, and for the Kafka Streams
subjects a JDK. Close other programs: whatever else runs shows in the figures.
`;
}

function describe([name, bench]: readonly [string, Bench]): string {
  return `  ${name.padEnd(10)}${bench.summary}
            rounds: ${bench.rounds}; units: ${bench.units} (${bench.unitsMean})
            subjects: ${bench.subjects.join(', ')}
`;
}
