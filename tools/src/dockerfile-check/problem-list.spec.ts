import { expect, it } from 'vitest';
import { ProblemList } from './problem-list.js';

it('says a problem once, with everything that has it', () => {
  const problems = new ProblemList();
  problems.add('intake', 'npm ci failed');
  problems.add('console', 'no entry');
  problems.add('executor', 'npm ci failed');
  expect(problems.size).toBe(2);
  expect(problems.lines()).toEqual(['intake, executor: npm ci failed', 'console: no entry']);
});
