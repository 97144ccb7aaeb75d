import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reach } from './reach.js';

async function listening() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, broker: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('reaching brokers', () => {
  it('is enough with one of them, and refused with none', async () => {
    const { server, broker } = await listening();
    const gone = await listening();
    gone.server.close();
    await once(gone.server, 'close');
    await reach([gone.broker, broker], 2_000);
    await expect(reach([gone.broker], 2_000)).rejects.toThrow();
    server.close();
  });
});
