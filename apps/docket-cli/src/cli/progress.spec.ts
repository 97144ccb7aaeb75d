import { expect, it } from 'vitest';
import { progress } from './progress.js';

it('tells every ten seconds how far it is', () => {
  let now = 0;
  const seen: string[] = [];
  const tell = progress(
    { now: () => now, schedule: () => () => undefined },
    { out: () => undefined, err: (text) => void seen.push(text), isTty: false, colour: false },
    'records',
  );
  for (; now <= 25_000; now += 500) tell(now);
  expect(seen).toEqual(['10000 records read\n', '20000 records read\n']);
});
