import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCompose } from './compose-config.js';

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tool(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

describe('checkCompose', () => {
  const env = { PATH: folder };

  it('says that there is no tool; a docker without the plug-in is none', async () => {
    expect(await checkCompose(folder, env)).toEqual({ tool: undefined });
    tool('docker', 'exit 1');
    expect(await checkCompose(folder, env)).toEqual({ tool: undefined });
  });

  it('takes the plug-in where there is no docker-compose, and tells what it says', async () => {
    tool('docker', '[ "$1 $2" = "compose version" ] && exit 0\necho "bad: $*"; exit 15');
    expect(await checkCompose(folder, env)).toEqual({ tool: 'docker compose', problem: 'bad: compose -f docker-compose.yml config -q' });
    tool('docker-compose', 'exit 0');
    expect(await checkCompose(folder, env)).toEqual({ tool: 'docker-compose', problem: undefined });
  });
});
