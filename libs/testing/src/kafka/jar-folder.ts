import { createHash } from 'node:crypto';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** In the folder once it is whole; without it the folder counts for nothing. */
const MARKER = 'complete.json';

interface Marker {
  /** SHA-256 of the pom.xml that the jars were taken from. */
  readonly pom: string;
  /** Size in bytes by file name. */
  readonly jars: Readonly<Record<string, number>>;
}

/** True where the folder was finished for this very pom.xml and every jar is still there in its full size. */
export function isComplete(folder: string, pomFile: string): boolean {
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as Marker;
    return marker.pom === digestOf(pomFile) && Object.entries(marker.jars).every(([jar, size]) => statSync(join(folder, jar)).size === size);
  } catch {
    return false;
  }
}

/** A new folder beside `folder`, on the same file system, to be filled and then published. */
export function stagingFolder(folder: string): string {
  mkdirSync(dirname(folder), { recursive: true });
  return mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
}

/**
 * Turns a filled staging folder into `folder`, in one step: others see all of it or nothing. Where another process
 * was faster, its folder stays. A process that still runs from jars that are replaced keeps them open.
 */
export function publish(staging: string, folder: string, pomFile: string): void {
  const jars = Object.fromEntries(
    readdirSync(staging).filter((name) => name.endsWith('.jar')).map((name) => [name, statSync(join(staging, name)).size]),
  );
  writeFileSync(join(staging, MARKER), JSON.stringify({ pom: digestOf(pomFile), jars } satisfies Marker, null, 1));
  for (;;) {
    try {
      renameSync(staging, folder);
      return;
    } catch (error) {
      if (!isOccupied(error)) throw error;
    }
    if (isComplete(folder, pomFile)) return rmSync(staging, { recursive: true, force: true });
    // Of an older pom.xml, or broken: out of the way in one step too.
    const old = mkdtempSync(join(dirname(folder), `.${basename(folder)}-old-`));
    try {
      renameSync(folder, old);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
}

function isOccupied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(String(error.code));
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
