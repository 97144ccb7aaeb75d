import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDocketError } from '../errors.js';
import { HEADER } from '../kafka/headers.js';
import { LANES, stagesOf } from '../kafka/stages.js';
import {
  causeOf, controlKey, MAX_OPERATION_RATE, parseControlCommand, type ControlCommand, type OperationCommand, type OperationProgress, type StageCommand,
} from './control-command.js';

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const uuid = fc.uuid({ version: [4, 5, 7] });
const stage = fc.constantFrom(...stagesOf(LANES).map((spec) => spec.name));
const request = {
  by: fc.string({ unit: 'grapheme-ascii', maxLength: 500 }),
  at: fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.toISOString()),
  reason: fc.string({ unit: 'grapheme-ascii', maxLength: 500 }),
};

const stageCommand: fc.Arbitrary<StageCommand> = fc.record({ kind: fc.constant('stage' as const), stage, state: fc.constantFrom('paused', 'running'), ...request });
const operation: fc.Arbitrary<OperationCommand> = fc.record({
  kind: fc.constantFrom('redrive', 'release'), id: uuid, stage, state: fc.constantFrom('requested', 'cancelled'),
  partitions: fc.dictionary(fc.nat({ max: 99_999 }).map(String), fc.record({ from: offset, upTo: offset }), { noNullPrototype: true }),
  causes: fc.array(fc.stringMatching(/^[0-9a-f]{12}$/), { maxLength: 5 }), units: fc.array(uuid, { maxLength: 5 }),
  ratePerSecond: fc.integer({ min: 1, max: MAX_OPERATION_RATE }), planned: count, ...request,
});
const progress: fc.Arbitrary<OperationProgress> = fc.record({
  kind: fc.constant('progress' as const), id: uuid, partition: count, state: fc.constantFrom('running', 'done', 'stopped', 'cancelled'),
  redriven: count, refused: count, failedAgain: count, position: offset, at: request.at,
});
const command: fc.Arbitrary<ControlCommand> = fc.oneof(stageCommand, operation, progress);

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const outcomeOf = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return isDocketError(error) && error.kind === 'poison' ? error.code : error;
  }
};
const REFUSED = 'DOCKET_CONTROL_COMMAND';

describe('control commands', () => {
  it('are read as they were written, under their key', () => {
    fc.assert(fc.property(command, (given) => {
      expect(parseControlCommand(controlKey(given), bytes(given))).toEqual(given);
    }));
  });

  it('have a key for each stage, operation and partition of an operation, and no other is taken', () => {
    fc.assert(fc.property(command, command, (one, other) => {
      fc.pre(controlKey(one) !== controlKey(other));
      expect(outcomeOf(() => parseControlCommand(controlKey(other), bytes(one)))).toBe(REFUSED);
      expect(outcomeOf(() => parseControlCommand(null, bytes(one)))).toBe(REFUSED);
    }));
  });

  it('are refused without any of their parts, and with any of them of another type', () => {
    fc.assert(fc.property(command, fc.nat(), fc.constantFrom(null, true, -1, 1.5, {}, [7], ['x'], '\u00e4', ''), (given, pick, wrong) => {
      const names = Object.keys(given);
      const name = names[pick % names.length] ?? '';
      const { [name]: part, ...rest } = given as unknown as Record<string, unknown>;
      expect(outcomeOf(() => parseControlCommand(controlKey(given), bytes(rest)))).toBe(REFUSED);
      // Free text may be empty; a set of partitions too.
      fc.pre(!(wrong === '' && (name === 'by' || name === 'reason')));
      fc.pre(!(name === 'partitions' && typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong)));
      expect(typeof part).not.toBe('undefined');
      expect(outcomeOf(() => parseControlCommand(controlKey(given), bytes({ ...rest, [name]: wrong })))).toBe(REFUSED);
    }));
  });

  it('are read or refused, whatever the bytes: nothing else is thrown', () => {
    const any = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((text) => Buffer.from(text)), command.map(bytes));
    fc.assert(fc.property(any, fc.option(fc.string()), (value, key) => {
      const result = outcomeOf(() => parseControlCommand(key, value));
      expect(result === REFUSED || (typeof result === 'object' && result !== null && 'kind' in result)).toBe(true);
      expect(result).not.toBeInstanceOf(Error);
    }));
  });

  it('keep nothing that is not theirs', () => {
    fc.assert(fc.property(command, (given) => {
      expect(parseControlCommand(controlKey(given), bytes({ ...given, more: 1 }))).toEqual(given);
    }));
  });

  it.each([0, MAX_OPERATION_RATE + 1])('refuse the rate %i', (ratePerSecond) => {
    const [given] = fc.sample(operation, { numRuns: 1, seed: 1 });
    if (!given) throw new Error('no sample');
    expect(outcomeOf(() => parseControlCommand(controlKey(given), bytes({ ...given, ratePerSecond })))).toBe(REFUSED);
  });
});

describe('causes', () => {
  const headers = (code: string, more: Record<string, string> = {}) => ({ [HEADER.errorCode]: code, ...more });

  it('are those of stage and code, whatever else a dead letter says', () => {
    fc.assert(fc.property(stage, fc.string(), fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (name, code, more) => {
      expect(causeOf(name, { ...more, ...headers(code) })).toBe(causeOf(name, headers(code)));
    }));
  });

  it('differ where stage or code differ', () => {
    fc.assert(fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (stageA, codeA, stageB, codeB) => {
      fc.pre(stageA !== stageB || codeA !== codeB);
      expect(causeOf(stageA, headers(codeA))).not.toBe(causeOf(stageB, headers(codeB)));
    }));
  });

  it('stay what they are from build to build', () => {
    expect(causeOf('executor', headers('DOCKET_RETRY_EXHAUSTED'))).toBe('86d807c08293');
    expect(causeOf('executor', {})).toMatch(/^[0-9a-f]{12}$/);
  });
});
