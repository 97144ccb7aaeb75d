import { readFileSync } from 'node:fs';
import { DocketError } from '@docket/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { envName } from './setting-name.js';

export interface LoadOptions {
  /** Defaults to process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a service's settings: the YAML file named by DOCKET_CONFIG (keys as in the schema), overridden by
 * environment variables (`httpPort` is DOCKET_HTTP_PORT). Refuses unknown keys of the file, unknown DOCKET_
 * variables and bad values, all at once. Values are never repeated in the message: a setting may be a secret.
 * Throws DOCKET_CONFIG (critical).
 */
export function loadConfig<S extends z.ZodObject>(schema: S, options: LoadOptions = {}): z.output<S> {
  const env = options.env ?? process.env;
  const problems: string[] = [];
  const input: Record<string, unknown> = { ...readFile(env['DOCKET_CONFIG'], problems) };
  const names = new Map(Object.keys(schema.shape).map((key) => [envName(key, schema.shape[key]), key]));

  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    const key = names.get(name);
    if (key !== undefined) input[key] = value;
    else if (name.startsWith('DOCKET_') && name !== 'DOCKET_CONFIG') problems.push(`${name}: no such setting`);
  }
  const result = z.strictObject(schema.shape).safeParse(input, { reportInput: false });
  if (!result.success) {
    for (const issue of result.error.issues) {
      if (issue.code === 'unrecognized_keys') problems.push(...issue.keys.map((key) => `${key}: no such setting`));
      else problems.push(`${named(schema, issue.path)}: ${issue.message}`);
    }
  }
  if (problems.length > 0 || !result.success) {
    throw new DocketError('DOCKET_CONFIG', `bad settings:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
  return result.data as z.output<S>;
}

function readFile(path: string | undefined, problems: string[]): Record<string, unknown> {
  if (path === undefined) return {};
  try {
    const value: unknown = parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    problems.push('DOCKET_CONFIG: the file is not a YAML map');
  } catch {
    problems.push('DOCKET_CONFIG: the file cannot be read as YAML');
  }
  return {};
}

function named(schema: z.ZodObject, path: readonly PropertyKey[]): string {
  const key = String(path[0] ?? '');
  return [envName(key, schema.shape[key]), ...path.slice(1).map(String)].join('.');
}
