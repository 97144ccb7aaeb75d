import { SeededRandom } from '../chaos/random.js';
import { readStrictJson } from './oracle/strict-json.js';
import { grantFaults } from './oracle/grant-rules.js';
import { recordFaults } from './oracle/record-rules.js';
import { BYTE_MUTATIONS } from './mutations/byte-mutations.js';
import { Members, treeOf, writeTree } from './mutations/json-writer.js';
import { TREE_MUTATIONS } from './mutations/tree-mutations.js';
import { custodyOf, validPayload, type Kind } from './seeds.js';

export interface Mutant {
  readonly index: number;
  readonly kind: Kind;
  readonly bytes: Buffer;
  /** What was done to a valid payload; empty where nothing was. */
  readonly changes: readonly string[];
}

/** Left as they are, so that the way through is trodden too. */
const UNCHANGED = 0.08;
/** Beyond the 256 KiB that the front door takes, a longer one shows nothing more. */
const MOST_BYTES = 300 * 1024;
const TREE = Object.entries(TREE_MUTATIONS);
const BYTES = Object.entries(BYTE_MUTATIONS);

/** The mutant of a seed and an index is always the same one. */
export function makeMutant(seed: number, index: number, kind: Kind): Mutant {
  const random = new SeededRandom(Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) + index);
  const tree = treeOf(validPayload(kind, `${seed}-${index}`, random));
  const changes: string[] = [];
  const changed = random.next() >= UNCHANGED;
  const rounds = changed ? random.pick([1, 1, 1, 2, 3]) : 0;
  const onBytes = changed && random.next() < 0.3;
  for (let round = 0; round < (onBytes ? rounds - 1 : rounds) && tree instanceof Members; round += 1) {
    const [name, mutate] = random.pick(TREE);
    mutate(tree, random);
    changes.push(name);
  }
  let bytes = Buffer.from(writeTree(tree));
  if (onBytes) {
    const [name, mutate] = random.pick(BYTES);
    bytes = Buffer.from(mutate(bytes, random));
    changes.push(name);
  }
  return { index, kind, bytes: bytes.subarray(0, MOST_BYTES), changes };
}

/** What the oracle says of a payload: it is no strict JSON, it breaks rules (their places), or it is right. */
export type Judgement = { readonly kind: 'unreadable'; readonly why: string } | { readonly kind: 'broken'; readonly faults: readonly string[] } | { readonly kind: 'right' };

export function judge(kind: Kind, bytes: Buffer): Judgement {
  const reading = readStrictJson(bytes);
  if ('fault' in reading) return { kind: 'unreadable', why: reading.fault };
  const faults = faultsIn(kind, reading.value);
  return faults.length > 0 ? { kind: 'broken', faults } : { kind: 'right' };
}

export function faultsIn(kind: Kind, payload: unknown): readonly string[] {
  return kind === 'grant' ? grantFaults(payload) : recordFaults(payload, custodyOf);
}
