import { readFileSync } from 'node:fs';
import { DocketError } from '@docket/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { funderSchema, registrySchema, type FunderSpec } from './funder-registry.schema.js';
import { Secret } from './secret.js';

/** A funder with its key read. */
export interface Funder extends Omit<FunderSpec, 'apiKeyEnv' | 'apiKeyFile'> {
  readonly apiKey: Secret;
}

/** Funders by id, in the order of the file. */
export type FunderRegistry = ReadonlyMap<string, Funder>;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the registry and its keys. Throws DOCKET_FUNDER_REGISTRY (critical) with every problem at once; keys and
 * other values are never repeated in the message.
 */
export function loadFunderRegistry(path: string, env: Env = process.env): FunderRegistry {
  const problems: string[] = [];
  const file = check(registrySchema, readYaml(path, problems), '', problems);
  const registry = new Map<string, Funder>();
  for (const [index, entry] of (file?.funders ?? []).entries()) {
    const spec = check(funderSchema, entry, `funders.${index}`, problems);
    if (!spec) continue;
    if (registry.has(spec.id)) problems.push(`${spec.id}: two funders have this id`);
    registry.set(spec.id, withKey(spec, env, problems));
  }
  if (problems.length > 0) {
    throw new DocketError('DOCKET_FUNDER_REGISTRY', `bad funder registry ${path}:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
  return registry;
}

function check<S extends z.ZodType>(schema: S, input: unknown, place: string, problems: string[]): z.output<S> | undefined {
  // What could not be read at all has been told already.
  if (input === undefined && problems.length > 0) return undefined;
  const result = schema.safeParse(input, { reportInput: false });
  if (result.success) return result.data;
  problems.push(...result.error.issues.map((issue) => `${[place, ...issue.path].filter((part) => part !== '').join('.') || 'file'}: ${issue.message}`));
  return undefined;
}

function readYaml(path: string, problems: string[]): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    problems.push('the file cannot be read: check that it exists and its permissions');
    return undefined;
  }
  const document = parseDocument(text);
  // The parser's own messages quote the file, into which somebody may have put a key.
  problems.push(...document.errors.map((error) => `line ${error.linePos?.[0].line ?? '?'}: not YAML (${error.code})`));
  return problems.length > 0 ? undefined : document.toJS();
}

function withKey({ apiKeyEnv, apiKeyFile, ...spec }: FunderSpec, env: Env, problems: string[]): Funder {
  const key = apiKeyEnv === undefined ? readKeyFile(apiKeyFile) : env[apiKeyEnv];
  if (key === undefined) problems.push(`${spec.id}: ${apiKeyEnv === undefined ? 'apiKeyFile cannot be read' : `${apiKeyEnv} is not set`}`);
  else if (!/^[\x21-\x7e]{8,512}$/.test(key)) problems.push(`${spec.id}: the key must be 8 to 512 visible ASCII characters without spaces`);
  return { ...spec, apiKey: new Secret(key ?? '') };
}

function readKeyFile(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
