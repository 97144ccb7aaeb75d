import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkCompose } from './dockerfile-check/compose-config.js';
import { copyTree } from './dockerfile-check/copy-tree.js';
import { parseDockerfile, type Dockerfile } from './dockerfile-check/dockerfile.parser.js';
import { readIgnoreRules } from './dockerfile-check/ignore-rules.js';
import { checkImage } from './dockerfile-check/image-check.js';
import { buildImage } from './dockerfile-check/image-build.js';
import { folderSize } from './dockerfile-check/image-size.js';
import { LayerPlan } from './dockerfile-check/layer-plan.js';
import { LayerStore } from './dockerfile-check/layer-store.js';
import { cleanEnvironment } from './dockerfile-check/run-command.js';

/**
 * `node tools/dist/dockerfile-check.js [name...]`: runs the build steps of the named deployables' Dockerfiles, of all
 * without a name, in a scratch folder on this machine (no Docker daemon, no base image), starts each entry with a bad
 * setting, and has docker-compose check docker-compose.yml. Exit code 1 where anything failed, 2 for an unknown name.
 */
const root = join(import.meta.dirname, '../..');
const all = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'Dockerfile')));
const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
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

const failures = [await composeProblem(), ...(await buildAll())].filter((problem) => problem !== undefined);
for (const problem of failures) process.stderr.write(`\nFAILED ${problem}\n`);
process.stdout.write(`\n${names.length} images, ${failures.length} problems, ${seconds(0)}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function buildAll(): Promise<string[]> {
  const context = { key: 'context', root: join(scratch, 'context') };
  copyTree(root, context.root, readIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8')));
  const developmentPackages = readDevelopmentPackages();
  const plan = new LayerPlan();
  const store = new LayerStore(join(scratch, 'layers'), plan);
  const problems: string[] = [];
  const files = new Map<string, Dockerfile>();
  for (const name of names) {
    await attempt(name, async () => {
      const file = parseDockerfile(readFileSync(join(root, 'apps', name, 'Dockerfile'), 'utf8'));
      plan.use((await buildImage(file, { layers: plan, context, env })).layer, 'image');
      files.set(name, file);
    });
  }
  for (const [name, file] of files) {
    const startedAt = performance.now();
    const before = { ...store.counts };
    await attempt(name, async () => {
      const image = await buildImage(file, { layers: store, context, env });
      const found = await checkImage(image, { env, developmentPackages });
      problems.push(...found.map((problem) => `${name}: ${problem}`));
      const steps = `${store.counts.run - before.run} steps run, ${store.counts.reused - before.reused} reused`;
      const megabytes = Math.round(folderSize(image.layer.root) / 1e6);
      process.stdout.write(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds(startedAt).padStart(8)} ${String(megabytes).padStart(5)} MB  ${steps}\n`);
      store.release(image.layer, 'image');
    });
  }
  return problems;

  async function attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.stdout.write(`FAILED ${name}\n`);
    }
  }
}

async function composeProblem(): Promise<string | undefined> {
  const { tool, ...result } = await checkCompose(root, env);
  if (tool === undefined) {
    process.stdout.write('skipped docker-compose.yml: neither docker-compose nor docker compose is there (Debian: apt-get install docker-compose)\n');
    return undefined;
  }
  const problem = 'problem' in result ? result.problem : undefined;
  process.stdout.write(`${problem === undefined ? 'ok    ' : 'FAILED'} docker-compose.yml (${tool} config)\n`);
  return problem === undefined ? undefined : `docker-compose.yml: ${problem}`;
}

function readDevelopmentPackages(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('devDependencies' in manifest)) return [];
  return Object.keys(manifest.devDependencies ?? {}).filter((name) => !name.startsWith('@types/'));
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
