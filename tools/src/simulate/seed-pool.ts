import { Worker } from 'node:worker_threads';
import type { RangePart, SeedRange } from './seed-range.js';
import { merge, newTally, type Tally } from './tally.js';

export interface SeedPoolOptions {
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
  readonly onProgress: (tally: Readonly<Tally>) => void;
}

export interface SimulationReport extends Tally {
  /** Wall time. */
  readonly seconds: number;
}

/** Seeds that a thread takes at once. */
const CHUNK = 100;

/** Runs the seeds on all threads. Rejects where a thread breaks: that is a bug of the simulator, or a rejection nobody awaited. */
export async function runSeeds({ seeds, from, workers, onProgress }: SeedPoolOptions): Promise<SimulationReport> {
  const startedAt = performance.now();
  const tally = newTally();
  const end = from + seeds;
  let next = from;
  const take = (): SeedRange | undefined => {
    if (next >= end) return undefined;
    const range = { from: next, to: Math.min(next + CHUNK, end) };
    next = range.to;
    return range;
  };
  const count = Math.min(workers, Math.ceil(seeds / CHUNK));
  await Promise.all(Array.from({ length: count }, () => work(take, (part) => {
    merge(tally, part);
    onProgress(tally);
  })));
  tally.failures.sort((a, b) => a.seed - b.seed);
  return { ...tally, seconds: Math.round(performance.now() - startedAt) / 1000 };
}

/** One thread, from range to range. */
async function work(take: () => SeedRange | undefined, done: (part: Tally) => void): Promise<void> {
  const worker = new Worker(new URL('./seed-worker.js', import.meta.url));
  try {
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        const range = take();
        if (range) worker.postMessage(range);
        else resolve();
      };
      worker.on('error', reject);
      worker.on('message', ({ tally, ended }: RangePart) => {
        done(tally);
        if (ended) go();
      });
      go();
    });
  } finally {
    await worker.terminate();
  }
}
