import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROOT } from './workspace.mjs';

/** Notes in a file what happens to it: the script that runs it may be gone by then. */
const ENTRY = `
import { appendFileSync } from 'node:fs';
import { onParentGone } from ${JSON.stringify(join(ROOT, 'tools/src/parent.ts'))};
const [file, what] = process.argv.slice(2);
const note = (text) => appendFileSync(file, text + '\\n');
onParentGone(() => { note('parent gone'); process.exit(0); });
process.on('SIGTERM', () => { note('SIGTERM'); process.exit(7); });
note('up ' + process.pid);
if (what === 'end') process.exitCode = 5;
else setInterval(() => {}, 1000);
`;

describe('handOver', { timeout: 30_000 }, () => {
  let folder;
  let file;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hand-over-'));
    file = join(folder, 'notes');
    writeFileSync(file, '');
    writeFileSync(join(folder, 'entry.mjs'), ENTRY);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (what) => {
    const script = `const { handOver } = await import(process.argv[1]); await handOver(process.argv[2], process.argv.slice(3));`;
    const module = new URL('./hand-over.mjs', import.meta.url).href;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, module, relative(ROOT, join(folder, 'entry.mjs')), file, what], { stdio: 'ignore' });
    return { child, ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))) };
  };
  const noted = (text) => vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(text), { timeout: 20_000 });

  it('ends with the exit code of the entry', async () => {
    expect(await run('end').ended).toBe(5);
  });

  it('passes signals on and waits for the entry', async () => {
    const { child, ended } = run('stay');
    await noted('up');
    child.kill('SIGTERM');
    expect(await ended).toBe(7);
    expect(readFileSync(file, 'utf8')).toContain('SIGTERM');
  });

  it('ends by the signal that ended the entry', async () => {
    const { ended } = run('stay');
    await noted('up');
    process.kill(Number(/up (\d+)/.exec(readFileSync(file, 'utf8'))[1]), 'SIGKILL');
    expect(await ended).toBe('SIGKILL');
  });

  it('lets the entry know when it is killed itself', async () => {
    const { child } = run('stay');
    await noted('up');
    child.kill('SIGKILL');
    await noted('parent gone');
  });
});
