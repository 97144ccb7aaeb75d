import { createServer } from 'node:http';
import { freePorts } from '@docket/testing';
import { expect, it } from 'vitest';
import { probeReadiness } from './readiness.js';

async function probeOf(status: number, body: string) {
  const [port = 0] = await freePorts(1);
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    return await probeReadiness(port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

it('is ready on 200', async () => expect(await probeOf(200, '{"ok":true,"checks":{"kafka":true}}')).toEqual({ ready: true, waitingFor: [] }));

it('names what is waited for', async () => {
  expect(await probeOf(503, '{"ok":false,"checks":{"kafka":false,"store":true}}')).toEqual({ ready: false, waitingFor: ['kafka'] });
});

it.each(['', 'null', '[]', '{"checks":null}', '<html>'])('is not thrown off by %j', async (body) => {
  expect(await probeOf(503, body)).toEqual({ ready: false, waitingFor: [] });
});

it('is not ready where nothing listens', async () => {
  const [port = 0] = await freePorts(1);
  expect(await probeReadiness(port)).toEqual({ ready: false, waitingFor: [] });
});
