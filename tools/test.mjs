// `npm test`: everything that checks the code. `npm test unit`: specs only. `npm test e2e [filter]`: scenarios only.
// `npm run test:long`: scenarios that take too long for each time.
import { run } from './bootstrap/command.mjs';
import { buildAll } from './bootstrap/build.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { reported } from './bootstrap/report.mjs';
import { closingLine, countTests } from './bootstrap/test-counts.mjs';
import { assertSupported, BootstrapError, insideEnvironment } from './bootstrap/workspace.mjs';

const env = {
  ...insideEnvironment(),
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  // In CI its daemon would outlive the run.
  ...(process.env.CI ? { NX_DAEMON: 'false' } : {}),
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
};
const failures = [];
let output = '';

async function check(what, command, args, more = {}) {
  const code = await run(command, args, { env: { ...env, ...more }, onOutput: (text) => (output += text) });
  if (code !== 0) failures.push(what);
}

const nx = (targets) => ['run-many', '-t', ...targets, '--output-style=static'];
const steps = {
  sync: () => check('nx sync:check (run: npx nx sync)', 'nx', ['sync:check']),
  // One process for all projects, modules shared: most of the time of many small runs is loading the same frameworks.
  unit: () => check('specs', 'vitest', ['run', '--config', 'vitest.all.ts', '--maxWorkers=2'], { DOCKET_SHARED_MODULES: '1' }),
  static: () => check('lint, type check or specs', 'nx', nx(['lint', 'typecheck', 'test'])),
  e2e: async (filters = []) => {
    await buildAll();
    await check('end-to-end scenarios', 'vitest', ['run', '--config', 'tools/e2e/vitest.config.ts', ...filters]);
  },
  long: async (filters = []) => {
    await buildAll();
    await check('long scenarios', 'vitest', ['run', '--config', 'tools/e2e/vitest.long.config.ts', ...filters]);
  },
};

await reported(async () => {
  const [mode = 'all', ...rest] = process.argv.slice(2);
  if (!['all', 'unit', 'e2e', 'long'].includes(mode)) throw new BootstrapError(`${mode}: no such kind of test; there are: unit, e2e, long, and all of them without a word.`);
  assertSupported();
  await ensurePackages();
  if (mode === 'all') await steps.sync();
  if (mode === 'all') await steps.static();
  if (mode === 'unit') await steps.unit();
  if (mode === 'long') await steps.long(rest);
  else if (mode !== 'unit') await steps.e2e(rest);
});
const counts = countTests(output);
if (failures.length > 0) console.log(`\nfailed: ${failures.join('; ')}`);
console.log(`\n${closingLine(counts)}`);
if (failures.length > 0 || counts.failed > 0) process.exitCode = 1;
