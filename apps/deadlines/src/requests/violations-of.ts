import { violation, type RuleId, type Violation } from '@docket/contracts';
import type { z } from 'zod';

/** What a member must be, and the rule that it breaks where it is a string of another form. */
export interface FieldRule {
  readonly rule: RuleId;
  readonly expected: string;
}

/** A hostile value must not make an error record that is larger than its topic takes. */
const MOST_UNKNOWN = 20;
const LONGEST_NAME = 100;

/** Zod's issues with a flat object as violations, sorted by path; values are never repeated. */
export function violationsOf(
  issues: readonly z.core.$ZodIssue[], value: unknown, fields: Readonly<Record<string, FieldRule>>,
): Violation[] {
  const found = new Map<string, Violation>();
  const add = (entry: Violation) => found.set(entry.path, found.get(entry.path) ?? entry);
  for (const issue of issues) {
    const [name] = issue.path;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MOST_UNKNOWN)) add(unknownMember(key, value));
    } else if (name === undefined) {
      add(violation('SEC-STRICT', '$', 'the payload must be an object', 'an object', typeName(value)));
    } else {
      add(brokenField(String(name), value, fields));
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function unknownMember(key: string, value: unknown): Violation {
  return violation('SEC-STRICT', `$.${key.slice(0, LONGEST_NAME)}`, 'this property is not known', 'no such property', typeName(member(value, key)));
}

function brokenField(name: string, value: unknown, fields: Readonly<Record<string, FieldRule>>): Violation {
  const actual = member(value, name);
  const expected = fields[name]?.expected ?? 'another form';
  const empty = actual === undefined || actual === null || (typeof actual === 'string' && actual.trim() === '');
  const rule = empty ? 'DATA-NONNULL' : typeof actual === 'string' ? (fields[name]?.rule ?? 'SEC-STRICT') : 'SEC-STRICT';
  return violation(rule, `$.${name}`, empty ? `${name} is required` : `${name} must be ${expected}`, expected, typeName(actual));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
