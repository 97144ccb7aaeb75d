import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ManualClock } from '@docket/contracts';
import { describe, expect, it, vi } from 'vitest';
import { describeExit, GuardedProcess } from './guarded-process.js';

const node = (script: string, clock = new ManualClock()) =>
  GuardedProcess.start({ command: process.execPath, args: ['-e', script], clock });

const said = (child: GuardedProcess, word: string) => vi.waitFor(() => expect(child.log.tail()).toContain(word), { timeout: 10_000 });

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('GuardedProcess', { timeout: 30_000 }, () => {
  it('reads both outputs to the end, an unfinished last line included', async () => {
    const child = node(`console.log('out'); process.stderr.write('err'); process.exitCode = 3`);
    const exit = await child.exited;
    expect([...child.log.tail()].sort()).toEqual(['err', 'out']);
    expect(describeExit(exit)).toBe('exit code 3');
    expect(child.running).toBe(false);
  });

  it('stops a process that ends on SIGTERM without a SIGKILL', async () => {
    const clock = new ManualClock();
    const child = node(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up')`, clock);
    await said(child, 'up');
    expect(await child.stop(15_000)).toEqual({ code: 0, signal: null });
    expect(clock.pending).toBe(0);
    expect(await child.stop()).toEqual({ code: 0, signal: null });
  });

  it('kills a process that ignores SIGTERM, after the time it was given', async () => {
    const clock = new ManualClock();
    const child = node(`process.on('SIGTERM', () => console.log('ignored')); setInterval(() => {}, 1000); console.log('up')`, clock);
    await said(child, 'up');
    const stopped = child.stop(15_000);
    await said(child, 'ignored');
    clock.advance(14_999);
    expect(child.running).toBe(true);
    clock.advance(1);
    expect(describeExit(await stopped)).toBe('SIGKILL');
  });

  it('leaves nothing behind that its process started', async () => {
    const child = node(
      `const { spawn } = require('node:child_process');
       console.log('pid ' + spawn('sleep', ['1000'], { stdio: 'ignore' }).pid);
       setTimeout(() => process.exit(0), 200)`,
    );
    await child.exited;
    const pid = Number(child.log.tail().join().replace('pid ', ''));
    expect(pid).toBeGreaterThan(0);
    await vi.waitFor(() => expect(alive(pid)).toBe(false), { timeout: 10_000 });
  });

  it('says what cannot be run', () => {
    expect(() => GuardedProcess.start({ command: '/nowhere/at-all' })).toThrow(
      expect.objectContaining({ code: 'DOCKET_SPAWN', message: expect.stringContaining('/nowhere/at-all') as unknown }),
    );
  });
});

describe('guardGroup', { timeout: 30_000 }, () => {
  it('ends the group of a parent that was killed with SIGKILL, and leaves one alone that was released', async () => {
    const guard = fileURLToPath(new URL('./process-guard.ts', import.meta.url));
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module', '-e',
        `import { spawn } from 'node:child_process';
         import { guardGroup } from ${JSON.stringify(guard)};
         const child = () => spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid;
         const [first, second, third] = [child(), child(), child()];
         guardGroup(first); const release = guardGroup(second); guardGroup(third);
         release();
         console.log([first, second, third].join(' '));
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [guarded = 0, released = 0, alsoGuarded = 0] = await new Promise<number[]>((resolve) =>
      parent.stdout.once('data', (text: Buffer) => resolve(String(text).trim().split(' ').map(Number))));
    try {
      expect([guarded, released, alsoGuarded].map(alive)).toEqual([true, true, true]);
      parent.kill('SIGKILL');
      await vi.waitFor(() => expect([guarded, alsoGuarded].map(alive)).toEqual([false, false]), { timeout: 10_000 });
      expect(alive(released)).toBe(true);
    } finally {
      process.kill(released, 'SIGKILL');
    }
  });
});
