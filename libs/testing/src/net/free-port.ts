import { createServer } from 'node:net';

export type PortState = 'free' | 'in use' | 'not permitted';

/** A server may hold a port on one address only, and macOS then still lets another one open it on all. */
const ADDRESSES = ['127.0.0.1', '0.0.0.0', '::'];

/** Whether a server of this process could open the port now, on every address of this machine. */
export async function portState(port: number): Promise<PortState> {
  for (const address of ADDRESSES) {
    const code = await tryListen(port, address);
    if (code === 'EADDRINUSE') return 'in use';
    if (code === 'EACCES') return 'not permitted';
  }
  return 'free';
}

/** That many different ports that are free now; another process may take one before it is used. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  return Promise.all(
    servers.map((server) => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return new Promise<number>((resolve) => server.close(() => resolve(port)));
    }),
  );
}

/** Error code of opening the port there; undefined where it opened, or where there is no such address. */
function tryListen(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.name));
    server.listen(port, address, () => server.close(() => resolve(undefined)));
  });
}
