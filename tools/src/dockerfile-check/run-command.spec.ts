import { describe, expect, it } from 'vitest';
import { cleanEnvironment, runCommand } from './run-command.js';

const options = { cwd: import.meta.dirname, env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 20_000 };

describe('runCommand', () => {
  it('gives exit code and output', async () => {
    expect(await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 4'], options)).toMatchObject({ code: 4, output: expect.stringMatching(/out[\s\S]*err/) as string });
  });

  it('ends a program and its children at the time-out', async () => {
    expect(await runCommand('sh', ['-c', 'sleep 60 & wait'], { ...options, timeoutMs: 50 })).toMatchObject({ code: null });
  });

  it('rejects where there is no such program', async () => {
    await expect(runCommand('no-such-program-here', [], options)).rejects.toThrow('ENOENT');
  });
});

describe('cleanEnvironment', () => {
  it('leaves out what would steer npm, Node or a service, and puts Node first', () => {
    const env = cleanEnvironment(
      { PATH: '/usr/bin', HOME: '/home/x', npm_config_registry: 'https://r.example', npm_config_workspace: 'a', NODE_ENV: 'production', DOCKET_LANE: 'pii', EMPTY: undefined },
      '/node/bin',
    );
    expect(env).toEqual({ PATH: '/node/bin:/usr/bin', HOME: '/home/x', npm_config_registry: 'https://r.example' });
  });
});
