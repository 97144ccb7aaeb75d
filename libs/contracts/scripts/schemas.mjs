/**
 * The schema files and the AsyncAPI document, made from the code: run `tsc -b libs/contracts` first.
 *
 *   node libs/contracts/scripts/schemas.mjs             writes them
 *   node libs/contracts/scripts/schemas.mjs --check     exit code 1 where they differ from the code, or the code breaks a released schema
 *   node libs/contracts/scripts/schemas.mjs --release   writes them, then freezes the schemas as released; refuses where that breaks one
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brokenPromises, generatedFiles, releaseFiles } from '../dist/schemas/schema-files.js';

const ROOT = join(import.meta.dirname, '..');
const [mode, ...more] = process.argv.slice(2);
if (more.length > 0 || ![undefined, '--check', '--release'].includes(mode)) end('usage: node libs/contracts/scripts/schemas.mjs [--check | --release]', 2);

const files = generatedFiles();
const broken = brokenPromises(released());

if (mode === '--check') {
  const stale = [...[...files].filter(([path, text]) => read(path) !== text).map(([path]) => path), ...leftOver('schemas', files)];
  if (stale.length > 0) end(`differ from the code: ${stale.join(', ')}\nrun: tsc -b libs/contracts && node libs/contracts/scripts/schemas.mjs`, 1);
  if (broken.length > 0) end(broken.join('\n'), 1);
  process.exit(0);
}

if (mode === '--release' && broken.length > 0) end(`not released:\n${broken.join('\n')}`, 1);
write(files, 'schemas');
if (mode === '--release') write(releaseFiles(), 'schemas/released');

function write(made, folder) {
  for (const [path, text] of made) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  for (const path of leftOver(folder, made)) rmSync(join(ROOT, path));
}

function released() {
  return new Map(jsonFiles('schemas/released').map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(join(ROOT, 'schemas/released', name), 'utf8'))]));
}

function leftOver(folder, made) {
  return jsonFiles(folder).map((name) => `${folder}/${name}`).filter((path) => !made.has(path));
}

function jsonFiles(folder) {
  try {
    return readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function read(path) {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function end(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
