import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { LoadProbe } from '@docket/stage';

const RESOLUTION_MS = 20;
const LATELY_MS = 1_000;

let delayMs = 0;
let heapRatio = 0;
let measuredAt = 0;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();

/** At most once a second: both are dear to ask at each commit. */
function measure(): void {
  const now = performance.now();
  if (now - measuredAt < LATELY_MS) return;
  measuredAt = now;
  delayMs = histogram.count > 0 ? Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS) : 0;
  histogram.reset();
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  heapRatio = used_heap_size / heap_size_limit;
}

/** The load of this process. */
export const loadProbe: LoadProbe = {
  eventLoopDelayMs: () => {
    measure();
    return delayMs;
  },
  heapRatio: () => {
    measure();
    return heapRatio;
  },
};
