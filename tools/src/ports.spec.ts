import { createServer } from 'node:net';
import { freePorts } from '@docket/testing';
import { expect, it } from 'vitest';
import { assertPortsFree } from './ports.js';

it('is content with free ports', async () => {
  const [one = 0, two = 0] = await freePorts(2);
  await expect(assertPortsFree([{ port: one, usedFor: 'console' }, { port: two, usedFor: 'intake' }])).resolves.toBeUndefined();
});

it('tells all problems at once, each with its way out', async () => {
  const [taken = 0, twice = 0] = await freePorts(2);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  const needs = [
    { port: taken, usedFor: 'console', change: '--console-port' },
    { port: twice, usedFor: 'intake' },
    { port: twice, usedFor: 'metrics of intake', change: '--base-port' },
  ];
  await expect(assertPortsFree(needs)).rejects.toMatchObject({
    code: 'DOCKET_PORT',
    message: [
      'not every port can be had:',
      `  - port ${taken} (console) is in use: stop what listens there (lsof -i :${taken}), or choose another: --console-port`,
      `  - port ${twice} (metrics of intake) is wanted for intake too; choose another: --base-port`,
    ].join('\n'),
  });
  await new Promise((resolve) => server.close(resolve));
});
