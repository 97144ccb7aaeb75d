import { parentPort } from 'node:worker_threads';
import { simulate } from '@docket/testing';
import { runRange, type SeedRange } from './seed-range.js';

parentPort?.on('message', (range: SeedRange) => {
  void runRange(range, (seed) => simulate(seed), (part) => parentPort?.postMessage(part));
});
