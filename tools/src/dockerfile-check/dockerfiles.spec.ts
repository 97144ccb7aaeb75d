import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile, readExecForm } from './dockerfile.parser.js';

/** The eleven Dockerfiles themselves. */
const apps = join(import.meta.dirname, '../../../apps');
const names = readdirSync(apps);
const COMMANDS = ['docket-cli'];
const text = (name: string) => readFileSync(join(apps, name, 'Dockerfile'), 'utf8');

function healthOf(name: string): string | undefined {
  return parseDockerfile(text(name)).stages.at(-1)?.instructions.find((instruction) => instruction.name === 'HEALTHCHECK')?.rest;
}

describe('Dockerfiles', () => {
  it('differ in the name, the ports and the health check only', () => {
    const common = (name: string) => text(name).replaceAll(name, '<name>').replace(/^(EXPOSE .*|HEALTHCHECK .*| +CMD .*|# A command.*)\n/gm, '');
    for (const name of names) expect(common(name), name).toBe(common('intake'));
  });

  it.each(names)('%s: runs as node, exposes its ports, checks its health', (name) => {
    const last = parseDockerfile(text(name)).stages.at(-1)?.instructions ?? [];
    const rest = (instruction: string) => last.find((step) => step.name === instruction)?.rest;
    expect(rest('USER')).toBe('node');
    expect(readExecForm(rest('CMD') ?? '', 1)).toEqual(['node', `apps/${name}/dist/main.js`]);
    if (COMMANDS.includes(name)) {
      expect([rest('HEALTHCHECK'), rest('EXPOSE')]).toEqual(['NONE', undefined]);
      return;
    }
    const httpPort = /httpPort\((\d+)/.exec(readFileSync(join(apps, name, 'src/settings.ts'), 'utf8'))?.[1];
    expect(rest('EXPOSE')).toBe(httpPort === undefined ? '9464' : `${httpPort} 9464`);
    expect(healthOf(name)).toBe(healthOf('intake'));
  });

  it('the health check passes on 200 and fails on 503 and on a closed port', async () => {
    const [, ...args] = readExecForm((healthOf('intake') ?? '').replace(/^CMD\s+/, ''), 1);
    let status = 200;
    const server = createServer((request, response) => response.writeHead(request.url === '/health/live' ? status : 404).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const check = async () => {
      const [code] = (await once(spawn(process.execPath, args, { env: { DOCKET_ADMIN_PORT: String(port) } }), 'exit')) as [number];
      return code;
    };
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await check()).toBe(1);
  });
});
