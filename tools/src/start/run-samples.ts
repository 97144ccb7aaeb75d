import { DocketError, stagesOf } from '@docket/contracts';
import { groupLag, type Kafka, type TopicNames } from '@docket/stage-kafka';
import type { SentSample } from '../samples/send-samples.js';
import { readOutcomes, type SampleResult } from '../samples/watch-outcomes.js';
import type { ServiceSpec } from '../supervisor/service.js';
import type { ProgressDisplay } from './display.js';
import { readProgress } from './progress.js';

/** Where nothing moves for this long, the run has failed. */
const PATIENCE_MS = 120_000;
const ROUND_MS = 1_000;

export interface Watched {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  readonly consoleUrl: string;
  readonly services: readonly ServiceSpec[];
  readonly display: ProgressDisplay;
}

/**
 * Shows progress until every stage has drained its input and every sample has a terminal outcome. Throws
 * DOCKET_SAMPLES_STUCK (critical) when nothing has moved for two minutes.
 */
export async function awaitOutcomes(sent: readonly SentSample[], watched: Watched): Promise<SampleResult[]> {
  const groups = [
    ...stagesOf(['standard', 'pii']).map((spec) => ({ group: spec.name, topics: [spec.input] })),
    { group: 'console', topics: ['outcomes', 'audit.log'] },
  ];
  let movedAt = Date.now();
  let before = '';
  for (;;) {
    const [lags, stages, results] = await Promise.all([
      groupLag(watched.kafka, watched.names, groups).catch(() => undefined),
      readProgress(watched.services),
      readOutcomes(watched.consoleUrl, sent),
    ]);
    const open = results.filter(({ unit }) => !unit?.closedAt).length;
    watched.display.show(stages, open, Date.now());
    const lag = lags?.reduce((sum, entry) => sum + entry.records, 0);
    if (open === 0 && lag === 0) {
      // What was read beside the lag may be an outcome of an earlier run: now that all is drained, this run's stand.
      const final = await readOutcomes(watched.consoleUrl, sent);
      if (final.every(({ unit }) => unit?.closedAt)) return final;
    }
    const state = JSON.stringify([lag, open, stages]);
    if (state !== before) movedAt = Date.now();
    before = state;
    if (Date.now() - movedAt > PATIENCE_MS) {
      const names = results.filter(({ unit }) => !unit?.closedAt).map(({ sample }) => sample.name);
      throw new DocketError('DOCKET_SAMPLES_STUCK', `nothing has moved for two minutes; without an outcome: ${names.join(', ') || 'none'}; records not taken: ${lag ?? 'unknown'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}
