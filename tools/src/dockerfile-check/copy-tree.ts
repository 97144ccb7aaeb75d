import { copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** True for paths, relative to the folder that is copied, that stay behind. */
export type Skip = (path: string) => boolean;

/**
 * Copies the contents of a folder into another, replacing files of the same name; symbolic links stay links.
 * Files below node_modules become hard links: they are many, and npm replaces such files, it never edits them.
 */
export function copyTree(from: string, to: string, skip: Skip = () => false, below = ''): void {
  mkdirSync(join(to, below), { recursive: true });
  for (const entry of readdirSync(join(from, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!skip(path)) {
      if (entry.isDirectory()) copyTree(from, to, skip, path);
      else copyEntry(join(from, path), join(to, path), entry.isSymbolicLink());
    } else if (entry.isDirectory() && holdsExceptions(from, path, skip)) copyTree(from, to, skip, path);
  }
}

/** Copies one file or symbolic link into a folder that is there. */
export function copyEntry(from: string, to: string, symbolic = false): void {
  if (symbolic) replace(to, () => symlinkSync(readlinkSync(from), to));
  else if (from.includes('/node_modules/')) replace(to, () => linkSync(from, to));
  else copyFileSync(from, to);
}

function replace(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    unlinkSync(path);
    make();
  }
}

/** A folder that stays behind may hold something that does not (`!tools/package.json`). */
function holdsExceptions(from: string, below: string, skip: Skip): boolean {
  if (/(^|\/)(\.git|node_modules)$/.test(below)) return false;
  return readdirSync(join(from, below), { withFileTypes: true }).some((entry) => {
    const path = `${below}/${entry.name}`;
    return !skip(path) || (entry.isDirectory() && holdsExceptions(from, path, skip));
  });
}
