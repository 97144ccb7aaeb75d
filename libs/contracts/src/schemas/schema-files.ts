import { asyncApiDocument } from './asyncapi.js';
import { breaksOf } from './compatibility.js';
import { EVENT_TYPES, HEADER_SCHEMAS, type Direction } from './event-types.js';
import type { JsonSchema } from './json-schema.js';

interface Published {
  readonly name: string;
  readonly direction: Direction;
  readonly schema: JsonSchema;
}

const PUBLISHED: readonly Published[] = [...EVENT_TYPES, ...HEADER_SCHEMAS].toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Files made from the code, by path below libs/contracts. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ['asyncapi.json', fileText(asyncApiDocument())],
    ...PUBLISHED.map(({ name, schema }): [string, string] => [`schemas/${name}.json`, fileText(schema)]),
  ]);
}

/** The files of a release: the schemas as they are now, by path below libs/contracts. */
export function releaseFiles(): Map<string, string> {
  return new Map(PUBLISHED.map(({ name, schema }) => [`schemas/released/${name}.json`, fileText(schema)]));
}

/** What the released schemas, by name of their type, promised and the code no longer keeps; each says what to do. */
export function brokenPromises(released: ReadonlyMap<string, JsonSchema>, published: readonly Published[] = PUBLISHED): string[] {
  return [...released].flatMap(([name, schema]) => {
    const current = published.find((type) => type.name === name);
    if (!current) return [`${name} was released and is gone: keep it for as long as its records are kept`];
    return breaksOf(schema, current.schema, current.direction).map(({ path, rule }) => `${name} ${path}: ${rule}. Make it ${nextVersion(name)}`);
  });
}

function nextVersion(name: string): string {
  return name.replace(/\.v(\d+)$/, (_match, version: string) => `.v${Number(version) + 1}`);
}

function fileText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
