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

/** What a killed process left; one that is still at work is younger. */
const LEFT_BEHIND_MS = 3_600_000;

/** A new folder beside `folder`, on the same file system, to be filled and then published. */
export function stagingFolder(folder: string, now: number): string {
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}-`;
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    const left = join(parent, name);
    if (now - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? now) > LEFT_BEHIND_MS) rmSync(left, { recursive: true, force: true });
  }
  return mkdtempSync(join(parent, prefix));
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
