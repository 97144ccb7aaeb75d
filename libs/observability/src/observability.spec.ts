import { DocketError, METRICS, type MetricName } from '@docket/contracts';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AdminServer } from './admin-server.js';
import { Health } from './health.js';
import { createLogger, describeError } from './logger.js';
import { createMetrics } from './metrics.js';

describe('metrics', () => {
  it('are exactly the catalogue, each with component and lane', async () => {
    const text = await createMetrics('executor', 'pii', '1').text();
    const names = new Set([...text.matchAll(/^# TYPE docket_(\S+)/gm)].map(([, name]) => name));
    expect([...names].sort()).toEqual(METRICS.map(({ name }) => name).sort());
    expect(text).toMatch(/docket_build_info\{version="1",component="executor",lane="pii"\} 1/);
  });

  it('start every closed combination of a counter at 0 and turn unknown label values into "other"', async () => {
    const metrics = createMetrics('intake', 'standard', '1');
    expect(await metrics.text()).toMatch(/docket_intake_accepted_total\{kind="grant",.*\} 0/);
    metrics.increment('intake_accepted_total', { kind: 'surprise' });
    expect(await metrics.text()).toMatch(/docket_intake_accepted_total\{kind="other",.*\} 1/);
  });

  it('refuse what is not in the catalogue', () => {
    expect(() => createMetrics('intake', 'standard', '1').increment('made_up' as MetricName)).toThrow('catalogue');
  });
});

describe('the log', () => {
  it('describes our errors by code and message, and of others only where they happened', () => {
    expect(describeError(new DocketError('DOCKET_X', 'constant', { kind: 'retriable' }))).toEqual({ code: 'DOCKET_X', retriable: true, message: 'constant' });
    const foreign = describeError(new SyntaxError('Unexpected token s in "219-09-9999"'));
    expect(foreign).toMatchObject({ code: 'SyntaxError' });
    expect(JSON.stringify(foreign)).not.toContain('219-09-9999');
  });

  it('drops every field that is not on its list', () => {
    const lines: string[] = [];
    const logger = createLogger('intake', 'standard', 'info', { write: (line) => lines.push(line) });
    const fields = { topic: 't', payload: 'secret' };
    logger.info('something', fields);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level: 'info', msg: 'something', component: 'intake', lane: 'standard', topic: 't' }]);
    expect(lines.join('')).not.toContain('secret');
  });
});

describe('health', () => {
  const health = new Health();
  health.addLive('loop', () => true);
  let joined = false;
  health.addReady('consumers', () => joined);

  it('is ready when every check is, and no more once it drains', () => {
    expect(health.ready()).toEqual({ ok: false, checks: { consumers: false } });
    joined = true;
    expect(health.ready().ok).toBe(true);
    health.startDraining();
    expect(health.ready()).toEqual({ ok: false, checks: { consumers: true, accepting: false } });
    expect(health.live().ok).toBe(true);
  });

  it('answers over HTTP, and says which port it cannot have', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const admin = new AdminServer(createMetrics('intake', 'standard', '1'), health);
    await expect(admin.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'DOCKET_PORT', message: expect.stringContaining(String(port)) as string });
    blocker.close();
    await once(blocker, 'close');
    const again = new AdminServer(createMetrics('intake', 'standard', '1'), health);
    await again.listen(port, '127.0.0.1');
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await get('/health/live'), await get('/health/ready'), await get('/metrics'), await get('/x')]).toEqual([200, 503, 200, 404]);
    await again.close();
  });
});
