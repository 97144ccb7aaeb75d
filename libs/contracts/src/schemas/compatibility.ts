import type { Direction } from './event-types.js';
import type { JsonSchema } from './json-schema.js';

/** Why a reader of one schema may refuse what a writer of the other writes. */
export interface Break {
  /** JSONPath of the place; `[*]` is any item, `*` any property. */
  readonly path: string;
  readonly rule: string;
}

/**
 * What breaks those who go by the released schema; empty: nothing does. Who writes by the old one must still be understood,
 * who reads by the old one must still understand; Docket's own topics keep both, since services are updated one by one.
 */
export function breaksOf(released: JsonSchema, current: JsonSchema, direction: Direction): Break[] {
  const oldWriters = () => misread(released, current).map(({ path, rule }) => ({ path, rule: `${rule}: refuses what those who write by the released schema send` }));
  const oldReaders = () => misread(current, released).map(({ path, rule }) => ({ path, rule: `${rule}: breaks those who read by the released schema` }));
  return [...(direction === 'read' ? [] : oldWriters()), ...(direction === 'write' ? [] : oldReaders())];
}

/**
 * Where a value that a writer makes may be refused by a reader. A writer writes no property that its schema does not name;
 * what a reader does with others is as its schema says. Errs on the safe side: what cannot be told is a break.
 */
export function misread(writer: JsonSchema, reader: JsonSchema, path = '$'): Break[] {
  assertKnown(writer, path);
  assertKnown(reader, path);
  if (writer.anyOf) {
    const { anyOf, ...rest } = writer;
    return anyOf.flatMap((branch) => misread({ ...rest, ...branch }, reader, path));
  }
  if (reader.anyOf) {
    const { anyOf, ...rest } = reader;
    const tried = anyOf.map((branch) => misread(writer, branch, path));
    const fits = tried.some((breaks) => breaks.length === 0);
    return [...misread(writer, rest, path), ...(fits ? [] : (nearest(tried) ?? [{ path, rule: 'no alternative is left' }]))];
  }
  return [...valueBreaks(writer, reader, path), ...objectBreaks(writer, reader, path), ...arrayBreaks(writer, reader, path)];
}

const ANNOTATIONS = ['$schema', '$id', 'title', 'description', 'examples'] as const;
const ASSERTIONS = [
  'type', 'const', 'enum', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern', 'format',
  'minimum', 'maximum', 'anyOf',
] as const;
const KNOWN: ReadonlySet<string> = new Set<keyof JsonSchema>([...ANNOTATIONS, ...ASSERTIONS]);

function assertKnown(schema: JsonSchema, path: string): void {
  const unknown = Object.keys(schema).find((keyword) => !KNOWN.has(keyword));
  if (unknown !== undefined) throw new Error(`${path}: the keyword ${unknown} is not known to the compatibility check; teach it in libs/contracts/src/schemas/compatibility.ts first`);
}

function nearest(tried: readonly Break[][]): Break[] | undefined {
  return tried.toSorted((a, b) => a.length - b.length)[0];
}

function valueBreaks(writer: JsonSchema, reader: JsonSchema, path: string): Break[] {
  const breaks: Break[] = [];
  const add = (rule: string) => breaks.push({ path, rule });
  if (reader.type !== undefined && reader.type !== writer.type && !(reader.type === 'number' && writer.type === 'integer')) {
    add(`type ${reader.type} instead of ${writer.type ?? 'any'}`);
  }
  const written = valuesOf(writer);
  const read = valuesOf(reader);
  if (read) {
    if (!written) add('only certain values are taken');
    else for (const value of written) if (!read.includes(value)) add(`the value ${JSON.stringify(value)} is not taken`);
  }
  for (const keyword of ['pattern', 'format'] as const) {
    if (reader[keyword] !== undefined && reader[keyword] !== writer[keyword]) add(`another ${keyword}`);
  }
  for (const keyword of ['minimum', 'minLength', 'minItems'] as const) {
    const bound = reader[keyword];
    if (bound !== undefined && bound > (writer[keyword] ?? (keyword === 'minimum' ? -Infinity : 0))) add(`${keyword} ${bound}`);
  }
  for (const keyword of ['maximum', 'maxLength', 'maxItems'] as const) {
    const bound = reader[keyword];
    if (bound !== undefined && bound < (writer[keyword] ?? Infinity)) add(`${keyword} ${bound}`);
  }
  return breaks;
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return schema.const !== undefined ? [schema.const] : schema.enum;
}

function objectBreaks(writer: JsonSchema, reader: JsonSchema, path: string): Break[] {
  const breaks: Break[] = [];
  for (const name of reader.required ?? []) {
    if (!writer.required?.includes(name)) breaks.push({ path: `${path}.${name}`, rule: 'required, but may be absent' });
  }
  const constrained = reader.properties !== undefined || reader.additionalProperties !== undefined;
  if (constrained && (writer.type === undefined || writer.type === 'object') && writer.properties === undefined) {
    return [...breaks, { path: `${path}.*`, rule: 'certain properties are wanted, but any may be written' }];
  }
  for (const [name, schema] of Object.entries(writer.properties ?? {})) {
    breaks.push(...toReader(schema, propertyOf(reader, name), `${path}.${name}`));
  }
  const rest = writer.additionalProperties;
  if (typeof rest === 'object') {
    breaks.push(...toReader(rest, reader.additionalProperties ?? true, `${path}.*`));
    for (const [name, schema] of Object.entries(reader.properties ?? {})) {
      if (!Object.hasOwn(writer.properties ?? {}, name)) breaks.push(...misread(rest, schema, `${path}.${name}`));
    }
  }
  return breaks;
}

function propertyOf(reader: JsonSchema, name: string): JsonSchema | boolean {
  const known = Object.hasOwn(reader.properties ?? {}, name) ? reader.properties?.[name] : undefined;
  return known ?? reader.additionalProperties ?? true;
}

function toReader(writer: JsonSchema, reader: JsonSchema | boolean, path: string): Break[] {
  if (reader === true) return [];
  return reader === false ? [{ path, rule: 'no longer known' }] : misread(writer, reader, path);
}

function arrayBreaks(writer: JsonSchema, reader: JsonSchema, path: string): Break[] {
  if (reader.items === undefined || (writer.type !== undefined && writer.type !== 'array')) return [];
  return misread(writer.items ?? {}, reader.items, `${path}[*]`);
}
