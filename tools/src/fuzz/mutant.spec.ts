/**
 * The oracle of the fuzz run is written apart from what it judges. Here both look at the same mutants: where they part, one of
 * them is wrong.
 */
import 'reflect-metadata';
import { parseStrictJson, payloadDigest, GrantPayload, RecordManifestPayload } from '@docket/contracts';
import { strictPayload } from '@docket/stage-nest';
import { describe, expect, it } from 'vitest';
import { digestOf } from './oracle/canonical-digest.js';
import { readStrictJson } from './oracle/strict-json.js';
import { faultsIn, judge, makeMutant } from './mutant.js';
import { custodyOf, type Kind } from './seeds.js';

const MUTANTS = Number(process.env['FUZZ_MUTANTS'] ?? 300);
const DTO = { grant: GrantPayload, record: RecordManifestPayload };

function parsed(bytes: Buffer): { value: unknown } | undefined {
  try {
    return { value: parseStrictJson(bytes) };
  } catch {
    return undefined;
  }
}

async function keepsDto(kind: Kind, value: unknown): Promise<boolean> {
  return strictPayload.transform(structuredClone(value), { type: 'body', metatype: DTO[kind] }).then(() => true, () => false);
}

describe('the oracle', { timeout: 60_000 }, () => {
  it('makes the same mutant of a seed and an index, and another of others', () => {
    expect(makeMutant(1, 2, 'grant')).toEqual(makeMutant(1, 2, 'grant'));
    expect(new Set(Array.from({ length: 100 }, (_, index) => String(makeMutant(1, index, 'grant').bytes))).size).toBeGreaterThan(90);
  });

  it('reads as strictly as the services, and to the same values and digests', () => {
    for (let index = 0; index < MUTANTS; index += 1) {
      const { bytes, changes } = makeMutant(7, index, index % 5 === 0 ? 'record' : 'grant');
      const ours = readStrictJson(bytes);
      const theirs = parsed(bytes);
      expect({ index, changes, readable: 'value' in ours }).toEqual({ index, changes, readable: theirs !== undefined });
      if ('value' in ours) expect(digestOf(ours.value)).toBe(payloadDigest(theirs?.value));
    }
  });

  it('finds a grant right or wrong as the rules do', async () => {
    for (let index = 0; index < MUTANTS; index += 1) {
      const { bytes, changes } = makeMutant(8, index, 'grant');
      const value = parsed(bytes)?.value;
      if (typeof value !== 'object' || value === null) continue;
      const faults = faultsIn('grant', value);
      expect({ index, changes, faults, right: await keepsDto('grant', value) }).toEqual({ index, changes, faults, right: faults.length === 0 });
    }
  });

  it('finds wrong what the rules of a manifest find wrong, and looks at custody besides', async () => {
    for (let index = 0; index < MUTANTS; index += 1) {
      const { bytes, changes } = makeMutant(9, index, 'record');
      const value = parsed(bytes)?.value;
      if (typeof value === 'object' && value !== null && faultsIn('record', value).length === 0) expect({ index, changes, right: await keepsDto('record', value) }).toEqual({ index, changes, right: true });
    }
    expect(custodyOf('fuzz-repository', 'DOC-40')).toBeUndefined();
  });

  it.each([
    ['{"a":1,"a":2}', 'repeated key'], ['{"a":1,"\\u0061":2}', 'repeated key'], ['{"__proto__":1}', 'reserved key'], ['"\\ud800"', 'lone surrogate'], ['1e400', 'number'], ['9007199254740993', 'number'],
    ['NaN', 'value'], ['01', 'more than one value'], ['[1,]', 'value'], ['\ufeff{}', 'value'], [`${'['.repeat(33)}${']'.repeat(33)}`, 'depth'], ['"\n"', 'string'], ['"\\x"', 'escape'], ['', 'value'],
  ])('refuses %s', (text, why) => {
    expect(judge('grant', Buffer.from(text))).toEqual({ kind: 'unreadable', why });
  });
});
