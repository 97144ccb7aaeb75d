import { DocketError } from '@docket/contracts';
import type { SentSample } from '../samples/send-samples.js';
import { readResults, type SampleResult } from '../samples/watch-outcomes.js';
import type { ServiceSpec } from '../supervisor/service.js';
import type { ProgressDisplay } from './display.js';
import { readProgress } from './progress.js';

/** Where nothing moves for this long, the run has failed. */
const PATIENCE_MS = 120_000;
const ROUND_MS = 1_000;

export interface Watched {
  readonly consoleUrl: string;
  readonly services: readonly ServiceSpec[];
  readonly display: ProgressDisplay;
}

/**
 * Shows progress until every copy of every sample has come to its end. Throws DOCKET_SAMPLES_STUCK (critical) when
 * nothing has moved for two minutes.
 */
export async function awaitOutcomes(sent: readonly SentSample[], watched: Watched): Promise<SampleResult[]> {
  let movedAt = Date.now();
  let before = '';
  for (;;) {
    const [stages, results] = await Promise.all([readProgress(watched.services), readResults(watched.consoleUrl, sent)]);
    const open = results.filter(({ verdict }) => !verdict.closed);
    watched.display.show(stages, open.length, Date.now());
    if (open.length === 0) return results;
    const state = JSON.stringify([open.length, stages]);
    if (state !== before) movedAt = Date.now();
    before = state;
    if (Date.now() - movedAt > PATIENCE_MS) {
      throw new DocketError('DOCKET_SAMPLES_STUCK', `nothing has moved for two minutes; not at their end: ${open.map(({ sample }) => sample.name).join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}
