import type { SeededRandom } from '../../chaos/random.js';
import { listsOf, Members, objectsOf, writeTree } from './json-writer.js';
import { JsonText, LONG_TEXT, NEAR_MISSES, STRANGE_VALUES } from './values.js';

/** Changes a tree in place. */
type TreeMutation = (tree: Members, random: SeededRandom) => void;

const UNKNOWN_KEYS = ['unknown', 'rows', 'cells', 'sheets', 'tenant', 'correlationId', '__proto__', 'constructor', 'prototype', 'toString', '', ' ', 'grantid', 'grantId\u200b', 'ԛrantId', '\\u0067rantId', '0', 'length'];

function anyMember(tree: Members, random: SeededRandom): [string, unknown] {
  const owners = objectsOf(tree).filter(({ list }) => list.length > 0);
  return owners.length > 0 ? random.pick(random.pick(owners).list) : ['', undefined];
}

function nested(depth: number, open: string, close: string): JsonText {
  return new JsonText(open.repeat(depth) + close.repeat(depth));
}

export const TREE_MUTATIONS: Readonly<Record<string, TreeMutation>> = {
  'near miss': (tree, random) => {
    const known = objectsOf(tree).flatMap(({ list }) => list).filter(([key]) => Object.hasOwn(NEAR_MISSES, key));
    if (known.length === 0) return;
    const member = random.pick(known);
    member[1] = random.pick(NEAR_MISSES[member[0]] ?? [null]);
  },
  'other value': (tree, random) => {
    anyMember(tree, random)[1] = random.pick(STRANGE_VALUES);
  },
  'dropped member': (tree, random) => {
    const { list } = random.pick(objectsOf(tree));
    if (list.length > 0) list.splice(random.whole(0, list.length - 1), 1);
  },
  'repeated member': (tree, random) => {
    const { list } = random.pick(objectsOf(tree));
    if (list.length === 0) return;
    const [key, value] = random.pick(list);
    const first = key.charCodeAt(0);
    const escaped = key !== '' && random.next() < 0.5 ? `\\u${first.toString(16).padStart(4, '0')}${key.slice(1)}` : key;
    list.push([escaped, random.next() < 0.5 ? value : random.pick(STRANGE_VALUES)]);
  },
  'unknown member': (tree, random) => {
    const { list } = random.pick(objectsOf(tree));
    list.splice(random.whole(0, list.length), 0, [random.pick(UNKNOWN_KEYS), random.pick(STRANGE_VALUES)]);
  },
  'renamed member': (tree, random) => {
    const member = anyMember(tree, random);
    member[0] = random.pick([member[0].toUpperCase(), `${member[0]} `, member[0].replace('a', 'а'), random.pick(UNKNOWN_KEYS)]);
  },
  'moved member': (tree, random) => {
    const [key, value] = anyMember(tree, random);
    // As text: a tree that holds itself would have no end.
    random.pick(objectsOf(tree)).list.push([key, new JsonText(writeTree(value))]);
  },
  'swapped values': (tree, random) => {
    const [one, other] = [anyMember(tree, random), anyMember(tree, random)];
    [one[1], other[1]] = [other[1] instanceof Members || Array.isArray(other[1]) ? 'was an object' : other[1], one[1] instanceof Members || Array.isArray(one[1]) ? null : one[1]];
  },
  'deep nesting': (tree, random) => {
    const depth = random.pick([20, 30, 31, 32, 33, 64, 1_000, 20_000]);
    anyMember(tree, random)[1] = random.next() < 0.5 ? nested(depth, '[', ']') : new JsonText(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  },
  'long text': (tree, random) => {
    anyMember(tree, random)[1] = LONG_TEXT.slice(0, random.pick([25, 26, 64, 101, 301, 2_001, 70_000]));
  },
  'many items': (tree, random) => {
    const lists = listsOf(tree);
    const list = lists.length > 0 ? random.pick(lists) : undefined;
    const first = writeTree(list?.[0] ?? 'x');
    // As text, so that no later mutation makes all of them long: that would be more than this process can hold.
    const item = new JsonText(first.length > 1_000 ? '"x"' : first);
    const items = Array.from({ length: random.pick([2, 100, 101, 1_000]) }, () => item);
    if (list) list.splice(0, list.length, ...items);
    else anyMember(tree, random)[1] = items;
  },
  'many members': (tree, random) => {
    const { list } = random.pick(objectsOf(tree));
    for (let index = random.pick([10, 300, 1_000]); index > 0; index -= 1) list.push([`p${index}`, index]);
  },
};
