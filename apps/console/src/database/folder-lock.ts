import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';

/**
 * Keeps a second process out of a database folder: PGlite does not look, and two would ruin it. The returned
 * function gives the folder free; a lock that a killed process left is taken over.
 * Throws DOCKET_DATABASE_IN_USE (critical).
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (cause) {
      if (!isExisting(cause)) throw new DocketError('DOCKET_DATABASE', `the folder ${folder} cannot be written: see DOCKET_DATA_DIR`, { cause });
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner !== process.pid && isAlive(owner)) break;
      rmSync(file, { force: true });
    }
  }
  throw new DocketError('DOCKET_DATABASE_IN_USE', `another console uses ${folder}: stop it, choose another DOCKET_DATA_DIR, or remove ${file} if none runs`);
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process: not to be signalled, but alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
