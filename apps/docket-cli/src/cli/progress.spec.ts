import { ManualClock } from '@docket/contracts';
import { expect, it } from 'vitest';
import { ProgressLine } from './progress.js';

function lineOn(errIsTty: boolean) {
  const clock = new ManualClock();
  const seen: string[] = [];
  return { clock, seen, line: new ProgressLine(clock, { err: (text) => void seen.push(text), errIsTty }) };
}

it('is a line each ten seconds where no person looks', () => {
  const { clock, seen, line } = lineOn(false);
  for (let at = 0; at <= 25_000; at += 500, clock.advance(500)) line.update(() => `${at} read`);
  line.end();
  expect(seen).toEqual(['10000 read\n', '20000 read\n']);
});

it('is one line that is written over for a person, and taken away at the end', () => {
  const { clock, seen, line } = lineOn(true);
  for (let at = 0; at <= 500; at += 100, clock.advance(100)) line.update(() => `${at} read`);
  line.end();
  line.end();
  expect(seen).toEqual(['\r\u001b[K200 read', '\r\u001b[K400 read', '\r\u001b[K']);
});
