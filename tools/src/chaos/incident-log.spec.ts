import { expect, it } from 'vitest';
import { IncidentLog } from './incident-log.js';

it('tells how many incidents share a moment with a span', () => {
  const log = new IncidentLog();
  log.end(log.begin('stopped', 'a', 0), 10);
  log.end(log.begin('join', 'b', 10), 20);
  log.begin('freeze', 'c', 30);
  expect([log.during({ from: 0, to: 10 }), log.during({ from: 5, to: 15 }), log.during({ from: 21, to: 29 }), log.during({ from: 40, to: 50 })]).toEqual([1, 2, 0, 1]);
});
