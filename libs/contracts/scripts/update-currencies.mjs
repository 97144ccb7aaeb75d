// Makes the currency registry anew from the package fresh-currency-codes and tells what changes.
//
//   node libs/contracts/scripts/update-currencies.mjs             writes src/rules/currency-registry.data.ts
//   node libs/contracts/scripts/update-currencies.mjs --check     writes nothing; exit code 1 where it would change
//   node libs/contracts/scripts/update-currencies.mjs --json      writes the registry as JSON to the standard output, for DOCKET_CURRENCY_FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registryFrom, registryModule } from './currency-registry.mjs';

const FILE = fileURLToPath(new URL('../src/rules/currency-registry.data.ts', import.meta.url));

const options = process.argv.slice(2);
const unknown = options.filter((option) => !['--check', '--json'].includes(option));
if (unknown.length > 0) {
  process.stderr.write(`unknown option: ${unknown.join(', ')}; there are --check and --json\n`);
  process.exit(2);
}

const registry = await registryFrom('fresh-currency-codes');
if (options.includes('--json')) {
  process.stdout.write(`${JSON.stringify(registry, undefined, 2)}\n`);
} else {
  const before = entriesOf(read());
  const text = registryModule(registry);
  const changes = differences(before, entriesOf(text));
  for (const line of changes) process.stdout.write(`${line}\n`);
  const same = read() === text;
  process.stdout.write(same ? `nothing changes: version ${registry.version}\n` : `version ${registry.version}: ${changes.length} change(s)\n`);
  if (options.includes('--check')) process.exitCode = same ? 0 : 1;
  else if (!same) writeFileSync(FILE, text);
}

function read() {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return '';
  }
}

/** By code, the line of each currency. */
function entriesOf(text) {
  return new Map([...text.matchAll(/^ {4}(\{ code: '([A-Z]{3})'.*)$/gm)].map(([, line, code]) => [code, line]));
}

function differences(before, after) {
  const codes = [...new Set([...before.keys(), ...after.keys()])].sort();
  return codes.flatMap((code) => {
    const [was, is] = [before.get(code), after.get(code)];
    if (was === is) return [];
    return [...(was ? [`- ${was}`] : []), ...(is ? [`+ ${is}`] : [])];
  });
}
