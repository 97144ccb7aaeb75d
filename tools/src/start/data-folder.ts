import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';

/** Says that a folder is ours to empty, and which process uses it now. */
const MARKER = 'docket-data';

/**
 * Makes the folder of a run's data, or empties it. Only a folder that an earlier run made is ever emptied: a wrong
 * --data must not cost anyone their files. Returns the way to let go of it. Throws DOCKET_DATA (critical), also
 * where another run is using the folder.
 */
export function prepareDataFolder(folder: string, fresh: boolean): () => void {
  const marker = join(folder, MARKER);
  if (existsSync(folder)) {
    if (!existsSync(marker) && readdirSync(folder).length > 0) {
      throw new DocketError('DOCKET_DATA', `${folder} was not made by npm start: choose another folder with --data`);
    }
    const owner = existsSync(marker) ? Number(readFileSync(marker, 'utf8')) : 0;
    if (owner > 0 && owner !== process.pid && isAlive(owner)) {
      throw new DocketError('DOCKET_DATA', `${folder} is in use by process ${owner}: stop it, or choose another folder with --data`);
    }
    if (fresh) rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(join(folder, 'logs'), { recursive: true });
  writeFileSync(marker, `${process.pid}\n`);
  return () => writeFileSync(marker, '0\n');
}

function isAlive(pid: number): boolean {
  // Where the system tells, a number that was given to another program since is not ours.
  if (existsSync(`/proc/${pid}/cmdline`) && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('start.js')) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
