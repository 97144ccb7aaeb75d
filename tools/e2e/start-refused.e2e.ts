/**
 * What stops `npm start` is said clearly, with exit code 1 and nothing left running: a port in use, a folder that is
 * not its own, a service that dies for the third time within a minute, and Ctrl-C ends everything cleanly.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Docket, SERVICES } from './support/docket.js';

let docket: Docket;
beforeEach(() => {
  docket = new Docket();
});
afterEach(() => docket.dispose());

const running = () => SERVICES.flatMap((service) => docket.pids(service));

it('names every port that is in use and how to choose others', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(8080 + docket.portOffset, '127.0.0.1', resolve));
  expect(await docket.start('--exit')).toBe(1);
  server.close();
  expect(docket.output).toMatch(new RegExp(`port ${8080 + docket.portOffset} \\(intake\\) is in use.*--port-offset`));
});

it('touches no folder that it did not make', async () => {
  mkdirSync(join(docket.data, 'run'));
  writeFileSync(join(docket.data, 'run', 'precious'), '');
  expect(await docket.start('--fresh', '--exit')).toBe(1);
  expect(docket.output).toContain('was not made by npm start');
});

it('refuses an unknown option with its usage', async () => {
  expect(await docket.start('--exti')).toBe(1);
  expect(docket.output).toContain('--report FILE');
});

it('gives up at the third death of a service within a minute, and leaves nothing behind', async () => {
  const ended = docket.start('--exit');
  await vi.waitFor(() => expect(docket.output).toContain('Sending the samples'), { timeout: 240_000, interval: 50 });
  for (let death = 1; death <= 3; death++) {
    const [pid] = await vi.waitFor(() => {
      const pids = docket.pids('deadlines');
      expect(pids).toHaveLength(1);
      return pids;
    }, { timeout: 30_000, interval: 50 });
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(docket.output).toMatch(death < 3 ? new RegExp(`death ${death} within`) : /deadlines.*third|3 (deaths|times)/is), { timeout: 30_000, interval: 50 });
  }
  expect(await ended).toBe(1);
  expect(running()).toEqual([]);
});

it('stops everything on Ctrl-C, also when the launcher itself is killed', async () => {
  const ended = docket.start();
  await vi.waitFor(() => expect(docket.output).toContain('Sending the samples'), { timeout: 240_000, interval: 50 });
  expect(running().length).toBe(SERVICES.length);
  docket.launcher?.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(running()).toEqual([]);

  const again = docket.start();
  await vi.waitFor(() => expect(docket.output.split('Sending the samples')).toHaveLength(3), { timeout: 240_000, interval: 50 });
  docket.launcher?.kill('SIGKILL');
  await again;
  await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 40_000, interval: 200 });
});
