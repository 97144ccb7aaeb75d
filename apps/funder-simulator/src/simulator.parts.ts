import type { AnswerCall } from './applications/answer-call.js';
import type { Funder } from './funders/funder.js';
import type { ResetFunder } from './funders/reset-funder.js';
import type { Records } from './journal/records.js';

/** What the HTTP interface stands on. */
export interface SimulatorParts {
  readonly funders: ReadonlyMap<string, Funder>;
  readonly records: Records;
  readonly calls: AnswerCall;
  readonly reset: ResetFunder;
}

export const SIMULATOR_PARTS = Symbol('SimulatorParts');
