import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { freePorts, portState } from './free-port.js';

it('gives ports that differ and are free', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(await Promise.all(ports.map(portState))).toEqual(ports.map(() => 'free'));
});

const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);

it.each(['127.0.0.1', '0.0.0.0', '::1'].filter((address) => address === '0.0.0.0' || own.includes(address)))('finds a port in use that is open on %s only', async (address) => {
  const [port = 0] = await freePorts(1);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  expect(await portState(port)).toBe('in use');
  await new Promise((resolve) => server.close(resolve));
  expect(await portState(port)).toBe('free');
});
