import { parentPort } from 'node:worker_threads';
import { simulate } from '@docket/testing';
import { count, newTally } from './tally.js';

/** Seeds from `from` up to, not including, `to`. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

parentPort?.on('message', ({ from, to }: SeedRange) => {
  void (async () => {
    const tally = newTally();
    for (let seed = from; seed < to; seed++) count(tally, await simulate(seed));
    parentPort?.postMessage(tally);
  })();
});
