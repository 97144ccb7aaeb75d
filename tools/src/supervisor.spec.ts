import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, ManualClock } from '@docket/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Supervisor } from './supervisor.js';
import type { SupervisorEvent } from './supervisor/service.js';

/** A service that is ready unless WAITS is set, and ends on SIGTERM unless STUBBORN is set. */
const SERVICE = `
import { createServer } from 'node:http';
createServer((_, response) => {
  const kafka = process.env.WAITS === undefined;
  if (!kafka) console.log('asked');
  response.writeHead(kafka ? 200 : 503).end(JSON.stringify({ ok: kafka, checks: { kafka } }));
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { console.log('told to end'); if (process.env.STUBBORN === undefined) process.exit(0); });
console.log('up as ' + process.env.ROLE);
`;
const BROKEN = `console.log('first words'); console.error('the reason'); process.exit(7);`;

describe('Supervisor', { timeout: 30_000 }, () => {
  let folder: string;
  let events: SupervisorEvent[];
  let supervisor: Supervisor;

  const supervise = (clock?: ManualClock) =>
    (supervisor = new Supervisor({ logDir: join(folder, 'logs'), onEvent: (event) => events.push(event), ...(clock ? { clock } : {}) }));
  const service = async (name: string, env: Record<string, string> = {}, script = SERVICE) => {
    const entry = join(folder, `${name}.mjs`);
    writeFileSync(entry, script);
    const [adminPort = 0] = await freePorts(1);
    return { name, entry, adminPort, env: { PORT: String(adminPort), ROLE: name, ...env } };
  };
  const of = <T extends SupervisorEvent['type']>(type: T) =>
    events.filter((event): event is Extract<SupervisorEvent, { type: T }> => event.type === type);
  const pidOf = (name: string) => of('started').findLast((event) => event.service === name)?.pid ?? 0;
  /** Polls; with a manual clock each poll is a tenth of a second. */
  const until = (condition: () => void, clock?: ManualClock) =>
    vi.waitFor(() => { clock?.advance(100); condition(); }, { timeout: 20_000, interval: 20 });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
    events = [];
  });
  afterEach(async () => {
    await supervisor.kill();
    rmSync(folder, { recursive: true });
  });

  it('resolves when all are ready, and stops what depends on others first', async () => {
    supervise();
    await supervisor.start([await service('engine'), await service('simulator')]);
    await supervisor.start([await service('worker')]);
    expect(of('ready').map((event) => event.service).sort()).toEqual(['engine', 'simulator', 'worker']);
    expect(readFileSync(join(folder, 'logs', 'worker.log'), 'utf8')).toBe('up as worker\n');

    await supervisor.stop();
    const stopped = of('stopped').map(({ service, exit }) => `${service}: ${exit}`);
    expect(stopped[0]).toBe('worker: exit code 0');
    expect(stopped.slice(1).sort()).toEqual(['engine: exit code 0', 'simulator: exit code 0']);
    expect(() => process.kill(pidOf('engine'), 0)).toThrow('ESRCH');
    expect(of('died')).toEqual([]);
  });

  it('starts a service again that died, and its log goes on', async () => {
    supervise();
    await supervisor.start([await service('worker')]);
    process.kill(pidOf('worker'), 'SIGKILL');
    await until(() => expect(of('ready')).toHaveLength(2));
    expect(of('died')).toEqual([{ type: 'died', service: 'worker', exit: 'SIGKILL', deaths: 1 }]);
    expect(readFileSync(join(folder, 'logs', 'worker.log'), 'utf8')).toBe('up as worker\nup as worker\n');
  });

  it('gives up at the third death within a minute and shows the last words', async () => {
    supervise();
    const failure = {
      code: 'DOCKET_SERVICE_DIED',
      message: expect.stringMatching(/^broken died 3 times within 60 s, the last time with exit code 7; the end of .*broken\.log:\n[^]*the reason/) as unknown,
    };
    await expect(supervisor.start([await service('broken', {}, BROKEN), await service('worker')])).rejects.toMatchObject(failure);
    await expect(supervisor.failed).rejects.toMatchObject(failure);
    expect(of('started').filter((event) => event.service === 'broken')).toHaveLength(3);
  });

  it('goes on where deaths are further apart than a minute', async () => {
    const clock = new ManualClock();
    supervise(clock);
    const started = supervisor.start([await service('worker')]);
    for (let deaths = 1; deaths <= 4; deaths += 1) {
      await until(() => expect(of('ready')).toHaveLength(deaths), clock);
      process.kill(pidOf('worker'), 'SIGKILL');
      await until(() => expect(of('died')).toHaveLength(deaths), clock);
      clock.advance(30_000);
    }
    await started;
    await until(() => expect(of('ready')).toHaveLength(5), clock);
  });

  it('says what a service waits for that is not ready in time', async () => {
    const clock = new ManualClock();
    supervise(clock);
    const started = supervisor.start([await service('worker', { WAITS: '1' })]);
    const failed = expect(started).rejects.toMatchObject({
      code: 'DOCKET_SERVICE_START',
      message: expect.stringContaining('worker was not ready within 60 s (waits for: kafka)') as unknown,
    });
    // Asked a second time: the first answer has been read.
    await until(() => expect(readFileSync(join(folder, 'logs', 'worker.log'), 'utf8')).toMatch(/asked\nasked/), clock);
    clock.advance(60_000);
    await failed;
  });

  it('kills what does not end within fifteen seconds', async () => {
    const clock = new ManualClock();
    supervise(clock);
    const started = supervisor.start([await service('worker', { STUBBORN: '1' })]);
    await until(() => expect(of('ready')).toHaveLength(1), clock);
    await started;
    const stopped = supervisor.stop();
    await until(() => expect(readFileSync(join(folder, 'logs', 'worker.log'), 'utf8')).toContain('told to end'));
    expect(of('stopped')).toEqual([]);
    clock.advance(15_000);
    await stopped;
    expect(of('stopped')).toEqual([{ type: 'stopped', service: 'worker', exit: 'SIGKILL' }]);
  });

  it('can be stopped while it starts, and then starts nothing more', async () => {
    supervise();
    const started = supervisor.start([await service('worker', { WAITS: '1' })]);
    const refused = expect(started).rejects.toMatchObject({ code: 'DOCKET_STOPPED' });
    await supervisor.stop();
    await refused;
    expect(() => process.kill(pidOf('worker'), 0)).toThrow('ESRCH');
    await expect(supervisor.start([await service('other')])).rejects.toMatchObject({ code: 'DOCKET_STOPPED' });
  });
});
