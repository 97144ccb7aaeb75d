import { readFileSync } from 'node:fs';
import { DocketError } from '@docket/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { funderFileSchema, funderSchema, type FunderSpec } from './funder-file.schema.js';
import { SAMPLE_FUNDERS } from './sample-funders.js';

/** A funder with its key read. */
export interface KeyedFunder {
  readonly spec: FunderSpec;
  readonly apiKey: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the funders and their keys; without a path, the sample funders. Throws DOCKET_FUNDERS_FILE (critical)
 * with every problem at once. Keys and other values are never repeated in the message.
 */
export function loadFunders(path: string | undefined, env: Env = process.env): KeyedFunder[] {
  const problems: string[] = [];
  const file = check(funderFileSchema, path === undefined ? SAMPLE_FUNDERS : readYaml(path, problems), '', problems);
  const funders = new Map<string, KeyedFunder>();
  for (const [index, entry] of (file?.funders ?? []).entries()) {
    const spec = check(funderSchema, entry, `funders.${index}`, problems);
    if (!spec) continue;
    if (funders.has(spec.id)) problems.push(`${spec.id}: two funders have this id`);
    funders.set(spec.id, { spec, apiKey: readKey(spec, env, problems) });
  }
  if (problems.length > 0) {
    const lines = problems.map((line) => `  - ${line}`).join('\n');
    throw new DocketError('DOCKET_FUNDERS_FILE', `bad funders file ${path ?? '(built in)'}:\n${lines}`);
  }
  return [...funders.values()];
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
  // The parser's own messages quote the file, which may hold keys.
  problems.push(...document.errors.map((error) => `line ${error.linePos?.[0].line ?? '?'}: not YAML (${error.code})`));
  return problems.length > 0 ? undefined : document.toJS();
}

function readKey(spec: FunderSpec, env: Env, problems: string[]): string {
  const key = spec.apiKey ?? (spec.apiKeyEnv === undefined ? readKeyFile(spec) : env[spec.apiKeyEnv]);
  if (key === undefined) problems.push(`${spec.id}: ${spec.apiKeyEnv === undefined ? 'apiKeyFile cannot be read' : `${spec.apiKeyEnv} is not set`}`);
  else if (!/^[\x21-\x7e]{8,512}$/.test(key)) problems.push(`${spec.id}: the key must be 8 to 512 visible ASCII characters without spaces`);
  return key ?? '';
}

function readKeyFile(spec: FunderSpec): string | undefined {
  try {
    return readFileSync(spec.apiKeyFile ?? '', 'utf8').trim();
  } catch {
    return undefined;
  }
}
