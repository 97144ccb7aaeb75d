import { judgeSample, type Verdict } from './judge-sample.js';
import type { SentSample } from './send-samples.js';
import { readUnit, type UnitView } from './unit-view.js';

export interface SampleResult extends SentSample {
  readonly unit: UnitView | undefined;
  readonly verdict: Verdict;
}

/** How every sample stands, as far as the console knows now. */
export function readResults(consoleUrl: string, sent: readonly SentSample[]): Promise<SampleResult[]> {
  return Promise.all(
    sent.map(async (entry) => {
      const unit = await readUnit(consoleUrl, entry.correlationId);
      return { ...entry, unit, verdict: judgeSample(entry, unit) };
    }),
  );
}
