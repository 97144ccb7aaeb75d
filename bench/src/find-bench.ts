import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';
import type { Bench } from './bench.js';

const BENCHES = join(import.meta.dirname, 'benches');
const SUFFIX = '.bench.js';

/** The names of all benches, sorted. */
export function benchNames(): readonly string[] {
  return readdirSync(BENCHES).filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** Loads a bench by one of `benchNames()`. Throws DOCKET_BENCH (critical) where its file does not hold one. */
export async function loadBench(name: string): Promise<Bench> {
  const module = (await import(join(BENCHES, `${name}${SUFFIX}`))) as { readonly bench?: Bench };
  if (module.bench === undefined) throw new DocketError('DOCKET_BENCH', `benches/${name}.bench.ts has to export \`bench\``);
  return module.bench;
}

/** The compiled program of a subject. Throws DOCKET_BENCH (critical) where there is none. */
export function subjectFile(subject: string): string {
  const file = join(import.meta.dirname, 'subjects', `${subject}.js`);
  if (existsSync(file)) return file;
  throw new DocketError('DOCKET_BENCH', `the subject ${subject} is not there: it needs a file src/subjects/${subject}.ts (leave it out with --subjects)`);
}
