import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ENTRY = join(import.meta.dirname, '../../dist/chaos/chaos.js');

/** `npm run chaos -- <args>`, as built; resolves with its JSON. Rejects with all that it said where it finds a fault. */
export async function runChaos(args: readonly string[], timeoutMs: number): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-e2e-chaos-'));
  try {
    const json = join(folder, 'result.json');
    await promisify(execFile)(process.execPath, [ENTRY, ...args, '--json', json], { timeout: timeoutMs });
    return JSON.parse(readFileSync(json, 'utf8'));
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`the chaos run failed:\n${said}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
