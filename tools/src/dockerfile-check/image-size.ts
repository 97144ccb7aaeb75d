import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of all files below a folder; symbolic links are not followed. */
export function folderSize(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? folderSize(join(folder, entry.name)) : lstatSync(join(folder, entry.name)).size))
    .reduce((sum, bytes) => sum + bytes, 0);
}
