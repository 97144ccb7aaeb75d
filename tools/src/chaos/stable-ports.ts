import { randomInt } from 'node:crypto';
import { DocketError } from '@docket/contracts';
import { portState } from '@docket/testing';

/** Systems give no outgoing connection a port from here: while a broker is away, a client that calls it could else take its port. */
const LOWEST = 20_000;
const HIGHEST = 29_999;
const TRIES = 200;

/** That many ports, free now, which stay free while nothing listens on them. */
export async function stablePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; tries < TRIES && found.size < count; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if ((await portState(port)) === 'free') found.add(port);
  }
  if (found.size < count) throw new DocketError('DOCKET_PORTS', `no ${count} free ports between ${LOWEST} and ${HIGHEST}`);
  return [...found];
}
