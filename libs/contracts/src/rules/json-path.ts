/** A name comes from outside: one of a whole body's length would make each violation below it as long. */
const LONGEST_NAME = 100;

const PLAIN = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * JSONPath (RFC 9535) of a member: `$.budget`, `$.lines[3]`, `$['a name with blanks']`. Names beyond 100 characters are cut.
 * @param ofList the parent is a list, and the name its index
 */
export function memberPath(parent: string, name: string, ofList: boolean): string {
  if (ofList) return `${parent}[${name}]`;
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  if (PLAIN.test(short)) return `${parent}.${short}`;
  return `${parent}['${short.toWellFormed().replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}

/** JSON type of a value, as violations tell it: never the value. */
export function jsonTypeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
