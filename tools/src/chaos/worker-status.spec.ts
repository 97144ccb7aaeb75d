import { expect, it } from 'vitest';
import { parseStatusLine, statusLine, type WorkerStatus } from './worker-status.js';

it('reads back what a worker tells', () => {
  const status: WorkerStatus = { kind: 'opened', at: 12.5, stage: 'chaos-1', partition: 3 };
  expect(parseStatusLine(statusLine(status).trimEnd())).toEqual(status);
});

it('leaves lines of the log alone, and refuses a status that it does not know', () => {
  expect(parseStatusLine('info something else')).toBeUndefined();
  expect(() => parseStatusLine('@status {"kind":"other","at":1}')).toThrow();
});
