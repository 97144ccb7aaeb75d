import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configReference } from '@docket/config';
import { z } from 'zod';

/**
 * Writes docs/configuration.md from the settings schemas of the built services; with --check it only compares and
 * ends with exit code 1 where the page is out of date.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs', 'configuration.md');

const INTRODUCTION = `# Configuration

Made from the settings schemas by \`npm run docs:config\`. Every service reads the YAML file named by \`DOCKET_CONFIG\` (keys as in
the second column), overridden by environment variables. Unknown keys, unknown \`DOCKET_*\` variables and bad values are refused
at boot, all at once, and values are never repeated in the message.
`;

async function sections(): Promise<string> {
  const parts: string[] = [];
  for (const app of readdirSync(join(ROOT, 'apps')).sort()) {
    const file = join(ROOT, 'apps', app, 'dist', 'settings.js');
    const loaded = (await import(pathToFileURL(file).href).catch(() => ({}))) as { settingsSchema?: unknown };
    if (loaded.settingsSchema instanceof z.ZodObject) parts.push(`## ${app}\n\n${configReference(loaded.settingsSchema)}\n`);
  }
  return [INTRODUCTION, ...parts].join('\n');
}

const page = await sections();
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, 'utf8') !== page) {
  process.stderr.write('docs/configuration.md is out of date: run npm run docs:config\n');
  process.exitCode = 1;
}
