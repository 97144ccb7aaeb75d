import { InvalidPayloadError, violation, type RuleId, type Violation } from '@docket/contracts';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

/** What a constraint's `context` says: the rule it belongs to and what would have been right. */
interface ConstraintContext {
  readonly rule?: RuleId;
  readonly expected?: string;
  /** Where below the property the fault lies. */
  readonly at?: string;
}

/** class-validator's own constraints that mean something other than SEC-STRICT. */
const RULE_OF: Readonly<Record<string, RuleId>> = { isDefined: 'DATA-NONNULL', isNotEmpty: 'DATA-NONNULL' };

/** More would not help anyone to mend a payload, and could make the error record larger than its topic takes. */
const MAX_VIOLATIONS = 200;

/**
 * Validates a payload against its DTO without repairing it: no coercion, unknown properties refused. Throws
 * InvalidPayloadError with every violation (the first 200), sorted by path; values are never repeated.
 */
export const strictPayload = new ValidationPipe({
  transform: true,
  transformOptions: { enableImplicitConversion: false },
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: true },
  exceptionFactory: (errors) => new InvalidPayloadError(violationsOf(errors).slice(0, MAX_VIOLATIONS)),
});

export function violationsOf(errors: readonly ValidationError[]): Violation[] {
  return errors.flatMap((error) => walk(error, '$')).sort((a, b) => compare(a.path, b.path) || compare(a.rule, b.rule));
}

function walk(error: ValidationError, parent: string): Violation[] {
  // The pipe's error for a payload that is no object has no property.
  const property = error.property as string | undefined;
  const path = property === undefined ? parent : /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
  const contexts = (error.contexts ?? {}) as Record<string, ConstraintContext | undefined>;
  const own = Object.entries(error.constraints ?? {}).map(([name, message]) => {
    const unknown = name === 'whitelistValidation';
    return violation(
      contexts[name]?.rule ?? RULE_OF[name] ?? 'SEC-STRICT',
      contexts[name]?.at ? `${path}.${contexts[name].at}` : path,
      unknown ? 'this property is not known' : message,
      contexts[name]?.expected ?? (unknown ? 'no such property' : message),
      typeName(error.value),
    );
  });
  return [...own, ...(error.children ?? []).flatMap((child) => walk(child, path))];
}

function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
