import { sha256Hex } from '../canonical.js';
import { poison, type DocketError } from '../errors.js';
import { HEADER, type Headers } from '../kafka/headers.js';
import { UUID, lengthPrefixed } from '../ids.js';

/** Who asked for something, when, and why. */
export interface Request {
  /** Login name or key id of the person. */
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly reason: string;
}

/** Key `stage/<name>`: the wanted state of a stage; it outlives restarts. */
export interface StageCommand extends Request {
  readonly kind: 'stage';
  readonly stage: string;
  readonly state: 'paused' | 'running';
}

/**
 * Key `operation/<id>`: puts a frozen set of dead (redrive) or parked (release) units back into their stage. The set is what
 * lies on the stage's dlq or parked topic in each named partition from `from` up to, not including, `upTo`, and matches; best
 * one past its last record.
 */
export interface OperationCommand extends Request {
  readonly kind: 'redrive' | 'release';
  readonly id: string;
  readonly stage: string;
  readonly state: 'requested' | 'cancelled';
  readonly partitions: Readonly<Record<string, { readonly from: string; readonly upTo: string }>>;
  /** Causes (causeOf) of which one must match; empty: any. */
  readonly causes: readonly string[];
  /** Correlation ids of which one must match; empty: any. */
  readonly units: readonly string[];
  /** Units in a second, over all partitions. */
  readonly ratePerSecond: number;
  /** Units that the dry run counted. */
  readonly planned: number;
}

/** Key `operation/<id>/<partition>`: how far a partition's task is. Written in the transaction that does the work. */
export interface OperationProgress {
  readonly kind: 'progress';
  readonly id: string;
  readonly partition: number;
  readonly state: 'running' | 'done' | 'stopped' | 'cancelled';
  /** Put back so far. */
  readonly redriven: number;
  /** Matched, but were done, put back by another operation, or not the ledger's. */
  readonly refused: number;
  /** Put back by this operation and dead again. */
  readonly failedAgain: number;
  /** Offset of the dlq or parked topic up to which all is decided. */
  readonly position: string;
  readonly at: string;
}

export type ControlCommand = StageCommand | OperationCommand | OperationProgress;

export function controlKey(command: ControlCommand): string {
  switch (command.kind) {
    case 'stage':
      return `stage/${command.stage}`;
    case 'progress':
      return `operation/${command.id}/${command.partition}`;
    default:
      return `operation/${command.id}`;
  }
}

/**
 * What dead letters of one cause have in common: stage and error code, never message text. 12 hex digits; the leading
 * version changes where the parts do, which leaves old groups as they are.
 */
export function causeOf(stage: string, headers: Headers): string {
  return sha256Hex(lengthPrefixed('1', stage, headers[HEADER.errorCode] ?? '')).slice(0, 12);
}

/** Largest rate of an operation, units in a second. */
export const MAX_OPERATION_RATE = 1_000;

/** Reads a command. Throws poison DOCKET_CONTROL_COMMAND, naming the part, where it is none. */
export function parseControlCommand(key: string | null, value: Uint8Array): ControlCommand {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(value).toString('utf8'));
  } catch (cause) {
    throw poison('DOCKET_CONTROL_COMMAND', 'the command is not JSON', cause);
  }
  const command = read(new Fields(json));
  if (controlKey(command) !== key) throw refuse('key');
  return command;
}

function read(fields: Fields): ControlCommand {
  const kind = fields.oneOf('kind', ['stage', 'redrive', 'release', 'progress'] as const);
  if (kind === 'progress') {
    return {
      kind, id: fields.text('id', UUID), partition: fields.count('partition'),
      state: fields.oneOf('state', ['running', 'done', 'stopped', 'cancelled'] as const),
      redriven: fields.count('redriven'), refused: fields.count('refused'), failedAgain: fields.count('failedAgain'),
      position: fields.text('position', OFFSET), at: fields.text('at', INSTANT),
    };
  }
  const request = { by: fields.text('by', TEXT), at: fields.text('at', INSTANT), reason: fields.text('reason', TEXT) };
  const stage = fields.text('stage', STAGE);
  if (kind === 'stage') return { kind, stage, state: fields.oneOf('state', ['paused', 'running'] as const), ...request };
  const ratePerSecond = fields.count('ratePerSecond');
  if (ratePerSecond < 1 || ratePerSecond > MAX_OPERATION_RATE) throw refuse('ratePerSecond');
  return {
    kind, stage, id: fields.text('id', UUID), state: fields.oneOf('state', ['requested', 'cancelled'] as const),
    partitions: fields.ranges('partitions'), causes: fields.texts('causes', /^[0-9a-f]{12}$/), units: fields.texts('units', UUID),
    ratePerSecond, planned: fields.count('planned'), ...request,
  };
}

const OFFSET = /^\d{1,19}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const TEXT = /^[\x20-\x7e]{0,500}$/;
const STAGE = /^[a-z][a-z0-9.-]{0,99}$/;

class Fields {
  readonly #of: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('value');
    this.#of = value as Record<string, unknown>;
  }

  text(name: string, form: RegExp): string {
    const value = this.#of[name];
    if (typeof value !== 'string' || !form.test(value)) throw refuse(name);
    return value;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T {
    const found = values.find((value) => value === this.#of[name]);
    if (found === undefined) throw refuse(name);
    return found;
  }

  count(name: string): number {
    const value = this.#of[name];
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw refuse(name);
    return value as number;
  }

  texts(name: string, form: RegExp): string[] {
    const value = this.#of[name];
    if (!Array.isArray(value) || value.length > 10_000) throw refuse(name);
    return value.map((item: unknown) => {
      if (typeof item !== 'string' || !form.test(item)) throw refuse(name);
      return item;
    });
  }

  ranges(name: string): Record<string, { from: string; upTo: string }> {
    const ranges = new Fields(this.#of[name]);
    return Object.fromEntries(Object.entries(ranges.#of).map(([partition, value]) => {
      if (!/^\d{1,5}$/.test(partition)) throw refuse(name);
      const range = new Fields(value);
      return [partition, { from: range.text('from', OFFSET), upTo: range.text('upTo', OFFSET) }];
    }));
  }
}

function refuse(part: string): DocketError {
  return poison('DOCKET_CONTROL_COMMAND', `the command's ${part} is not as it must be`);
}
