import { expect, it } from 'vitest';
import { Progress } from './progress.js';
import { newTally } from './tally.js';

it.each([[false, ''], [true, '\r\u001b[K']])('says which seed broke which guarantee as soon as it knows, and once (terminal: %s)', (isTTY, clear) => {
  const written: string[] = [];
  const progress = new Progress({ isTTY, write: (text: string) => written.push(text) }, 10);
  const tally = newTally();
  progress.show(tally);
  tally.failures.push({ seed: 7, guarantee: 'key-order' });
  progress.show(tally);
  progress.show(tally);
  expect(written.filter((text) => text.includes('FAILED'))).toEqual([`${clear}FAILED key-order: npm run simulate -- --seed 7\n`]);
});
