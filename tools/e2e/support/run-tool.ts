import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A tool of tools/src, as built, with its JSON: `entry` is its file below dist. Rejects with all that it said where it finds a fault, unless `anyVerdict` will do. */
export async function runTool(entry: string, args: readonly string[], timeoutMs: number, { anyVerdict = false } = {}): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-e2e-tool-'));
  try {
    const json = join(folder, 'result.json');
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../dist', entry), ...args, '--json', json], { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(readFileSync(json, 'utf8'));
  } catch (error) {
    // Its result says what it found wrong.
    if (anyVerdict && existsSync(join(folder, 'result.json'))) return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`${entry} failed:\n${said}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
