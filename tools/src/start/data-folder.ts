import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';

const MARKER = 'docket-data';

/**
 * Makes the folder of a run's data, or empties it. Only a folder that an earlier run made is ever emptied: a wrong
 * --data must not cost anyone their files. Throws DOCKET_DATA (critical).
 */
export function prepareDataFolder(folder: string, fresh: boolean): void {
  if (existsSync(folder)) {
    const ours = existsSync(join(folder, MARKER)) || readdirSync(folder).length === 0;
    if (!ours) throw new DocketError('DOCKET_DATA', `${folder} was not made by npm start: choose another folder with --data`);
    if (fresh) rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(join(folder, 'logs'), { recursive: true });
  writeFileSync(join(folder, MARKER), 'This folder is kept by npm start; --fresh empties it.\n');
}
