import { sha256Hex, UUID } from '@docket/contracts';
import { LATEST_MS } from '../projector/readable.js';
import { badRequest } from '../http/problem.js';

/** Where a page ended: the last unit's place in the order of receipt. */
export interface PageEnd {
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly id: string;
}

/** An opaque text for the next page; it belongs to the filter that it was made under. */
export function writeCursor(end: PageEnd, filter: object): string {
  return Buffer.from([fingerprint(filter), Date.parse(end.receivedAt), end.id].join(' ')).toString('base64url');
}

/** Throws a 400 where the text is no cursor, or one of another filter. */
export function readCursor(cursor: string, filter: object): PageEnd {
  const [print, ms, id, ...rest] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  if (rest.length > 0 || print !== fingerprint(filter) || !ms || !/^\d{1,15}$/.test(ms) || Number(ms) > LATEST_MS || !id || !UUID.test(id)) {
    throw badRequest('cursor: must be the value of `next`, asked with the same filter');
  }
  return { receivedAt: new Date(Number(ms)).toISOString(), id };
}

function fingerprint(filter: object): string {
  return sha256Hex(JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)))).slice(0, 16);
}
