/**
 * The configuration page says what the services' settings are: it is made from their schemas and must be up to date.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'vitest';

it('docs/configuration.md agrees with the code', () => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../dist/config-reference.js'), '--check'], { stdio: 'inherit' });
});
