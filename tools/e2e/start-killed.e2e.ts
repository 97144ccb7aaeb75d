/**
 * Each service is killed once, without warning, while the samples are under way: the launcher starts it again, and
 * every sample ends as it would have.
 */
import { afterEach, expect, it, vi } from 'vitest';
import { Docket, SERVICES } from './support/docket.js';

const docket = new Docket();
afterEach(() => docket.dispose());

it('outcomes are the same after a SIGKILL of every service', async () => {
  const ended = docket.start('--exit', '--report', docket.reportFile);
  await vi.waitFor(() => expect(docket.output).toContain('Sending the samples'), { timeout: 240_000, interval: 50 });
  for (const service of SERVICES) {
    for (const pid of docket.pids(service)) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(docket.output).toContain(`${service} died`), { timeout: 30_000, interval: 50 });
  }
  expect({ code: await ended, output: docket.output }).toMatchObject({ code: 0 });
  expect(docket.report().samples.filter((sample) => !sample.asExpected)).toEqual([]);
  const { events, verified } = docket.report().audit;
  expect(verified).toBe(events);
});
