import { describe, expect, it } from 'vitest';
import { parseDockerfile, readExecForm } from './dockerfile.parser.js';

describe('parseDockerfile', () => {
  it('reads arguments, stages, flags and continued lines', () => {
    const file = parseDockerfile('# why\nARG APP=intake\n\nFROM node:24 AS build\nCOPY --from=a --chown=b:b x ./\nRUN one \\\n  # aside\n  && two\nFROM build\nUSER node\n');
    expect(file.args).toEqual({ APP: 'intake' });
    expect(file.stages.map(({ name, base }) => ({ name, base }))).toEqual([{ name: 'build', base: 'node:24' }, { name: undefined, base: 'build' }]);
    expect(file.stages[0]?.instructions).toEqual([
      { name: 'COPY', flags: { from: 'a', chown: 'b:b' }, rest: 'x ./', line: 5 },
      { name: 'RUN', flags: {}, rest: 'one && two', line: 6 },
    ]);
  });

  it.each([
    ['', 'line 1: no FROM'],
    ['RUN x\nFROM a', 'line 1: RUN before FROM'],
    ['FROM a\nADD x y', 'line 2: ADD is not known'],
    ['FROM a\nRUN <<EOF\nx\nEOF', 'line 2: here-documents'],
    ['FROM a b c', 'line 1: FROM takes'],
    ['FROM a\nRUN x \\', 'line 2: the last line'],
  ])('refuses %j', (text, problem) => {
    expect(() => parseDockerfile(text)).toThrow(problem);
  });
});

describe('readExecForm', () => {
  it('reads words and refuses the shell form', () => {
    expect(readExecForm('["node", "main.js"]', 1)).toEqual(['node', 'main.js']);
    for (const text of ['node main.js', '[]', '[1]', '{}']) expect(() => readExecForm(text, 7)).toThrow('line 7: use the exec form');
  });
});
