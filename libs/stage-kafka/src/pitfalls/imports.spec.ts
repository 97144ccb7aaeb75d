import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const IMPORT = /^import (?!type\b)(?:[\w]+, )?\{([^}]*)\} from 'kafkajs';/gm;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)src\/.*\.ts$/.test(`${folder}/${file}`) && !/(^|\/)(node_modules|dist|out-tsc)\//.test(file))
    .map((file) => join(ROOT, folder, file));
}

const manifest = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { dependencies?: Record<string, string>; scripts?: Record<string, string> };

it('pitfall 18: Node finds every name that is imported from kafkajs', () => {
  const names = new Set<string>();
  for (const file of sources('libs')) {
    for (const [, list = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      for (const name of list.split(',').map((part) => part.trim())) if (name !== '' && !name.startsWith('type ')) names.add(name);
    }
  }
  expect(names).toContain('Kafka');
  // In a process of its own: vitest would find names that Node does not.
  const code = `import { ${[...names].join(', ')} } from 'kafkajs'; console.log(String(Object.values({ ${[...names].join(', ')} }).every(Boolean)));`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: join(ROOT, 'libs/stage-kafka'), encoding: 'utf8' }).trim()).toBe('true');
});

it('pitfall 19: nothing runs on the stock Kafka transport of Nest', () => {
  const used = [...sources('libs'), ...sources('apps')].filter(
    (file) => file !== import.meta.filename && /\b(ServerKafka|ClientKafka|KafkaOptions|Transport\.KAFKA)\b/.test(readFileSync(file, 'utf8')),
  );
  expect(used).toEqual([]);
});

it('pitfall 28: kafkajs is installed as published, in the one version that the mends were written for', () => {
  expect(manifest('libs/stage-kafka/package.json').dependencies?.['kafkajs']).toBe('2.2.4');
  expect(manifest('node_modules/kafkajs/package.json')).toMatchObject({ version: '2.2.4' });
  const scripts = manifest('package.json').scripts ?? {};
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
});

it('pitfall 28: benchmarks compare with a kafkajs of its own copy, which no mend reaches', () => {
  expect(manifest('bench/package.json').dependencies?.['kafkajs-raw']).toBe('npm:kafkajs@2.2.4');
  const mended = sources('bench').filter((file) => /from 'kafkajs(\/[^']*)?'/.test(readFileSync(file, 'utf8')));
  expect(mended).toEqual([]);
});
