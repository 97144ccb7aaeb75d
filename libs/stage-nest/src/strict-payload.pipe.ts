import { DocketError, InvalidPayloadError, jsonTypeOf, memberPath, violation, type RuleId, type Violation } from '@docket/contracts';
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError, type ValidatorOptions } from 'class-validator';

/** What a constraint's `context` says: the rule it belongs to and what would have been right. */
interface ConstraintContext {
  readonly rule?: RuleId;
  readonly expected?: string;
  /** Where below the property the fault lies. */
  readonly at?: string;
  /** The same for several faults: paths below the property, empty for itself, of a value and the object that it stands in. */
  readonly places?: (value: unknown, owner: object) => readonly string[];
}

/** class-validator's own constraints that mean something other than SEC-STRICT. */
const RULE_OF: Readonly<Record<string, RuleId>> = { isDefined: 'DATA-NONNULL', isNotEmpty: 'DATA-NONNULL' };

/** More would not help anyone to mend a payload, and could make the error record larger than its topic takes. */
const MAX_VIOLATIONS = 200;

const OPTIONS: ValidatorOptions = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, validationError: { target: true, value: true } };

/** What a payload comes to: an instance of its DTO, and all that is wrong with it. */
export interface StrictReading<T> {
  readonly instance: T;
  readonly violations: readonly Violation[];
}

/** Reads a payload by its DTO without repairing it: no coercion, unknown properties refused. Values are never repeated. */
export async function readStrictly<T extends object>(dto: Type<T>, payload: unknown): Promise<StrictReading<T>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return { instance: new dto(), violations: [violation('SEC-STRICT', '$', 'the payload must be an object', 'an object', jsonTypeOf(payload))] };
  }
  const instance = plainToInstance(dto, payload);
  const errors = await validate(instance, OPTIONS);
  return { instance, violations: errors.length === 0 ? [] : violationsOf(errors) };
}

/** Every violation, the first 200 of them, sorted by place. */
export function invalidPayload(violations: readonly Violation[]): InvalidPayloadError {
  return new InvalidPayloadError(violations.toSorted((a, b) => compare(a.path, b.path) || compare(a.rule, b.rule)).slice(0, MAX_VIOLATIONS));
}

class StrictPayloadPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(payload: unknown, { metatype }: ArgumentMetadata): Promise<object> {
    if (!metatype || [Object, String, Number, Boolean, Array].some((plain) => plain === metatype)) {
      throw new DocketError('DOCKET_HANDLER_DTO', 'strictPayload wants a parameter whose type is a class with constraints', { kind: 'critical' });
    }
    const { instance, violations } = await readStrictly(metatype as Type<object>, payload);
    if (violations.length > 0) throw invalidPayload(violations);
    return instance;
  }
}

/**
 * Validates a payload against its DTO without repairing it: no coercion, unknown properties refused. Throws
 * InvalidPayloadError with every violation (the first 200), sorted by path; values are never repeated.
 */
export const strictPayload: PipeTransform<unknown, Promise<object>> = new StrictPayloadPipe();

export function violationsOf(errors: readonly ValidationError[]): Violation[] {
  return errors.flatMap((error) => walk(error, '$', false)).sort((a, b) => compare(a.path, b.path) || compare(a.rule, b.rule));
}

function walk(error: ValidationError, parent: string, ofList: boolean): Violation[] {
  // The error for an object of no known class has no property.
  const property = error.property as string | undefined;
  const path = property === undefined ? parent : memberPath(parent, property, ofList);
  const contexts = (error.contexts ?? {}) as Record<string, ConstraintContext | undefined>;
  const broken = Object.entries(error.constraints ?? {});
  // class-validator's word on a nested value that is none says nothing that another constraint has not said better.
  const told = broken.length > 1 ? broken.filter(([name]) => name !== 'nestedValidation') : broken;
  const own = told.flatMap(([name, message]) => {
    const context = contexts[name];
    const unknown = name === 'whitelistValidation';
    const places = context?.places?.(error.value, error.target ?? {}) ?? [context?.at ?? ''];
    return places.map((place) =>
      violation(
        context?.rule ?? RULE_OF[name] ?? 'SEC-STRICT',
        place === '' || place.startsWith('[') ? `${path}${place}` : `${path}.${place}`,
        unknown ? 'this property is not known' : message,
        context?.expected ?? (unknown ? 'no such property' : message),
        jsonTypeOf(valueAt(error.value, place)),
      ));
  });
  const { plainObject, listOfObjects } = error.constraints ?? {};
  const isList = Array.isArray(error.value);
  // What stands in the place of an object or a list has no members to be judged.
  if (plainObject !== undefined || (listOfObjects !== undefined && !isList)) return own;
  const children = (error.children ?? []).filter((child) => listOfObjects === undefined || jsonTypeOf(child.value) === 'object');
  return [...own, ...children.flatMap((child) => walk(child, path, isList))];
}

/** The value at `lines[3].amount`. */
function valueAt(value: unknown, place: string): unknown {
  return place.split(/[.[\]]+/).filter((step) => step !== '').reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined), value,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
