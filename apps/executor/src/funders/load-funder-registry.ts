import { readFileSync } from 'node:fs';
import { DocketError, isDocketError } from '@docket/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { signingKey } from '../connectors/sign-webhook.js';
import type { CredentialsProvider } from '../credentials/credentials.port.js';
import { authOf, signingOf } from './credential-refs.js';
import { funderSchema, longestMs, registrySchema, type Funder } from './funder-registry.schema.js';

/** Funders by id, in the order of the file. */
export type FunderRegistry = ReadonlyMap<string, Funder>;

/**
 * Reads the registry and looks whether its credentials are there, and whether each submission ends within `handlerDeadlineMs`:
 * cut off on its last try, it might have been made without anybody knowing. Throws DOCKET_FUNDER_REGISTRY (critical) with every
 * problem at once; keys and other values are never repeated in the message.
 */
export function loadFunderRegistry(path: string, credentials: CredentialsProvider, handlerDeadlineMs: number): FunderRegistry {
  const problems: string[] = [];
  const file = check(registrySchema, readYaml(path, problems), '', problems);
  const registry = new Map<string, Funder>();
  for (const [index, entry] of (file?.funders ?? []).entries()) {
    const funder = check(funderSchema, entry, `funders.${index}`, problems);
    if (!funder) continue;
    if (registry.has(funder.id)) problems.push(`${funder.id}: two funders have this id`);
    registry.set(funder.id, funder);
    const longest = longestMs(funder);
    if (longest >= handlerDeadlineMs) {
      problems.push(
        `${funder.id}: with deadlineMs ${funder.deadlineMs} a submission may take ${longest} ms, and is cut off after DOCKET_HANDLER_DEADLINE_MS ` +
          `${handlerDeadlineMs}: lower deadlineMs, or raise DOCKET_HANDLER_DEADLINE_MS above ${longest}`,
      );
    }
    tryCredentials(funder, credentials, problems);
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

function tryCredentials(funder: Funder, credentials: CredentialsProvider, problems: string[]): void {
  const tell = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (!isDocketError(error)) throw error;
      problems.push(`${funder.id}: ${error.message}`);
    }
  };
  const auth = authOf(funder);
  if (auth) tell(() => credentials.read(auth.key));
  const signing = funder.connector === 'webhook' ? signingOf(funder) : undefined;
  if (signing) tell(() => signingKey(credentials.read(signing)));
}
