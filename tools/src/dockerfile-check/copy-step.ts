import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { copyEntry, copyTree } from './copy-tree.js';
import { unreadable } from './dockerfile.parser.js';

/**
 * The change that a COPY makes: a folder's contents go into the destination, a file becomes the destination or,
 * where that ends in a slash, goes into it. Owners are not set. Throws DOCKET_DOCKERFILE for a source that is not there.
 */
export function copyStep(words: readonly string[], flags: Readonly<Record<string, string>>, from: string, workdir: string, line: number): (root: string) => void {
  const unknown = Object.keys(flags).filter((flag) => flag !== 'from' && flag !== 'chown');
  if (unknown.length > 0) throw unreadable(line, `--${unknown.join(', --')} of COPY is not known to this check`);
  const destination = words.at(-1);
  const sources = words.slice(0, -1);
  if (destination === undefined || sources.length === 0) throw unreadable(line, 'COPY takes sources and a destination');
  if (words.some((word) => /[*?[]/.test(word))) throw unreadable(line, 'wildcards of COPY are not known to this check');
  const folder = destination.endsWith('/') || sources.length > 1;

  return (root) => {
    const target = join(root, posix.resolve(workdir, destination));
    for (const source of sources) {
      const path = join(from, posix.resolve('/', source));
      if (!existsSync(path)) throw unreadable(line, `COPY ${source}: not found (is it in .dockerignore?)`);
      if (statSync(path).isDirectory()) copyTree(path, target);
      else {
        const file = folder ? join(target, basename(path)) : target;
        mkdirSync(dirname(file), { recursive: true });
        copyEntry(path, file);
      }
    }
  };
}
