import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImages } from './dockerfile-check/build-images.js';
import { checkCompose } from './dockerfile-check/compose-config.js';
import { ProblemList } from './dockerfile-check/problem-list.js';
import { cleanEnvironment } from './dockerfile-check/run-command.js';

/**
 * `node tools/dist/dockerfile-check.js [name...]`: runs the build steps of the named deployables' Dockerfiles, of all
 * without a name, in a scratch folder on this machine (no Docker daemon, no base image), loads what came of them,
 * and has docker-compose check docker-compose.yml. Exit code 1 where anything failed, 2 for an unknown name.
 */
const root = join(import.meta.dirname, '../..');
const say = (line: string) => void process.stdout.write(`${line}\n`);
const all = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'Dockerfile')));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no Dockerfile for ${unknown.join(', ')}; there are: ${all.join(', ')}\n`);
  process.exit(2);
}

const nodeFolder = [join(root, 'node_modules/node/bin'), dirname(process.execPath)].find((folder) => existsSync(join(folder, 'node'))) ?? '';
const env = cleanEnvironment(process.env, nodeFolder);
const scratch = mkdtempSync(join(tmpdir(), 'docket-images-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const problems = new ProblemList();
const compose = await checkCompose(root, env);
if (compose.tool === undefined) {
  say('skipped docker-compose.yml: neither docker-compose nor docker compose is there (Debian: apt-get install docker-compose)');
} else {
  say(`${compose.problem === undefined ? 'ok    ' : 'FAILED'} docker-compose.yml (${compose.tool} config)`);
  if (compose.problem !== undefined) problems.add('docker-compose.yml', compose.problem);
}
await buildImages(names, { root, scratch, env, developmentPackages: readDevelopmentPackages(), problems, say });

for (const line of problems.lines()) process.stderr.write(`\nFAILED ${line}\n`);
say(`\n${names.length} images, ${problems.size} problems, ${(performance.now() / 1000).toFixed(0)} s`);
process.exitCode = problems.size === 0 ? 0 : 1;

function readDevelopmentPackages(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies?: Record<string, string> };
  return Object.keys(manifest.devDependencies ?? {}).filter((name) => !name.startsWith('@types/'));
}
