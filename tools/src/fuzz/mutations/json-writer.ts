import { JsonText } from './values.js';

/** Members of an object in order, so that a key may stand twice. */
export class Members {
  constructor(readonly list: [string, unknown][]) {}
}

/** A payload as a tree of Members, lists and values, which mutations change in place. */
export function treeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== 'object' || value === null) return value;
  return new Members(Object.entries(value).map(([key, member]) => [key, treeOf(member)]));
}

/** JSON of a tree; what is no JSON in it stays none. */
export function writeTree(tree: unknown): string {
  if (tree instanceof JsonText) return tree.text;
  if (tree instanceof Members) return `{${tree.list.map(([key, member]) => `${keyText(key)}:${writeTree(member)}`).join(',')}}`;
  if (Array.isArray(tree)) return `[${tree.map(writeTree).join(',')}]`;
  if (typeof tree === 'object' && tree !== null) return writeTree(treeOf(tree));
  // A member that is not there is no JSON.
  return tree === undefined ? 'undefined' : JSON.stringify(tree);
}

/** A key that begins with a backslash is an escape, written as it is. */
function keyText(key: string): string {
  return key.startsWith('\\u') ? `"${key}"` : JSON.stringify(key);
}

/** Every object of a tree, the outermost first. */
export function objectsOf(tree: unknown): Members[] {
  if (tree instanceof Members) return [tree, ...tree.list.flatMap(([, member]) => objectsOf(member))];
  return Array.isArray(tree) ? tree.flatMap(objectsOf) : [];
}

/** Every list of a tree. */
export function listsOf(tree: unknown): unknown[][] {
  if (tree instanceof Members) return tree.list.flatMap(([, member]) => listsOf(member));
  return Array.isArray(tree) ? [tree, ...tree.flatMap(listsOf)] : [];
}
