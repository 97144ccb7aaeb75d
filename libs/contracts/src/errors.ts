/** What a failure means for the unit at hand; see the handler results of docs/guarantees.md. */
export type FailureKind = 'throttled' | 'retriable' | 'invalid' | 'poison' | 'quarantine' | 'park' | 'conflict' | 'critical';

export type DocketCode = `DOCKET_${string}`;

export interface DocketErrorOptions {
  readonly kind?: FailureKind;
  readonly cause?: unknown;
  /** For `throttled` and `retriable`: wait at least this long, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * Base of every error that Docket raises on purpose. Classify by `code` and `kind`, never by class:
 * an error may cross a module boundary that loads its own copy of the class.
 * The message is constant or built from identifiers; it never holds payload values.
 */
export class DocketError extends Error {
  readonly code: DocketCode;
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;

  constructor(code: DocketCode, message: string, options: DocketErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DocketError';
    this.code = code;
    this.kind = options.kind ?? 'critical';
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True where the same input may succeed later without a change. */
  get retriable(): boolean {
    return this.kind === 'retriable' || this.kind === 'throttled';
  }
}

/** Recognises a DocketError by shape, so that copies of the class count too. */
export function isDocketError(error: unknown): error is DocketError {
  return error instanceof Error && 'code' in error && 'kind' in error && String(error.code).startsWith('DOCKET_');
}

/** One broken rule in one place of a payload; never carries the value itself. */
export interface Violation {
  readonly code: DocketCode;
  readonly rule: RuleId;
  /** JSONPath of the place, e.g. `$.budget.lines[3].amount`. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  /** JSON type of what was found: `string`, `number`, `missing`, … */
  readonly actualType: string;
  readonly docs: string;
}

export const RULES = [
  'SEC-STRICT', 'SEC-HASH-01', 'SEC-ENVELOPE', 'DATA-NONNULL', 'DATE-ISO8601', 'FIN-ISO4217', 'ID-UEI', 'ID-EIN', 'FORM-SCHEMA',
  'REC-CUSTODY', 'REC-RETENTION', 'REC-MARKING', 'AUD-TRACE-02', 'AUD-ERROR-01', 'AUD-RETRY-01',
  'OPS-BACKPRESSURE-01', 'OPS-CONCURRENCY-01', 'OPS-ISOLATION-01', 'OPS-CLEANUP-01',
] as const;

export type RuleId = (typeof RULES)[number];

/** The error code of a broken rule: `FIN-ISO4217` becomes `DOCKET_RULE_FIN_ISO4217`. */
export function ruleCode(rule: RuleId): DocketCode {
  return `DOCKET_RULE_${rule.replaceAll('-', '_')}`;
}

export function violation(rule: RuleId, path: string, message: string, expected: string, actualType: string): Violation {
  return { code: ruleCode(rule), rule, path, message, expected, actualType, docs: `docs/rules.md#${rule.toLowerCase()}` };
}

/** The payload was decoded and breaks rules: all violations at once. */
export class InvalidPayloadError extends DocketError {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations[0]?.code ?? 'DOCKET_INVALID', `the payload breaks ${violations.length} rule(s)`, { kind: 'invalid' });
    this.violations = violations;
  }
}

/** The record cannot be read at all: undecodable, or a required envelope part is missing. */
export function poison(code: DocketCode, message: string, cause?: unknown): DocketError {
  return new DocketError(code, message, { kind: 'poison', cause });
}
