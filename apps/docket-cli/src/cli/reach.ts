import { connect } from 'node:net';

/** Resolves when one of the brokers takes a connection; rejects when none does within `ms`. */
export async function reach(brokers: readonly string[], ms: number): Promise<void> {
  await Promise.any(brokers.map((broker) => dial(broker, ms)));
}

function dial(broker: string, ms: number): Promise<void> {
  const at = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, at), port: Number(broker.slice(at + 1)), timeout: ms });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error('no answer')));
  });
  return connected.finally(() => socket.destroy());
}
