import { jsonTypeOf, memberPath, violation, type Violation } from '@docket/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { COMMON_GRANTS_FORM_RESPONSE, COMMON_GRANTS_PROPOSAL } from './common-grants.schema.js';
import type { FormSchema } from './form-schema.js';
import { SF_424 } from './sf-424.schema.js';

export const FORM_SCHEMAS: readonly FormSchema[] = [SF_424, COMMON_GRANTS_FORM_RESPONSE, COMMON_GRANTS_PROPOSAL];

/** More objects, lists and values no form has. Each may break some rules, and each broken rule takes memory until all are known. */
const MOST_VALUES = 20_000;

/** More would not be told anyway. */
const MOST_ERRORS = 200;

/** Checks form bodies by the JSON Schema that the payload names. The schemas are compiled once. */
export class FormChecker {
  readonly #compiled: ReadonlyMap<string, ValidateFunction>;
  readonly #names: string;

  /** Throws where a schema is none, or does not say what it means (strict mode). */
  constructor(schemas: readonly FormSchema[] = FORM_SCHEMAS) {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, coerceTypes: false, useDefaults: false, ownProperties: true, logger: false });
    formats.default(ajv, { mode: 'full', formats: ['date', 'date-time', 'email', 'uuid'] });
    this.#compiled = new Map(schemas.map(({ name, schema }) => [name, ajv.compile(schema)]));
    this.#names = [...this.#compiled.keys()].join(', ');
  }

  /**
   * What a form breaks (FORM-SCHEMA); paths from `$.form`. Answers for the name of the schema and for the body alone: a form
   * without either, or of other types, is refused elsewhere.
   */
  check(form: unknown): Violation[] {
    if (typeof form !== 'object' || form === null || !('schema' in form) || !('body' in form)) return [];
    const { schema, body } = form;
    if (typeof schema !== 'string' || typeof body !== 'object' || body === null || Array.isArray(body)) return [];
    const validate = this.#compiled.get(schema);
    if (!validate) return [violation('FORM-SCHEMA', '$.form.schema', 'this form is not known', `one of ${this.#names}`, 'string')];
    if (holdsMoreThan(body, MOST_VALUES)) {
      return [violation('FORM-SCHEMA', '$.form.body', 'the form is too large', `at most ${MOST_VALUES} values`, 'object')];
    }
    if (validate(body)) return [];
    const errors = validate.errors ?? [];
    // The function keeps the errors of its last call, and with them what they point into.
    validate.errors = null;
    // A value of the wrong type is none of the choices either: that adds nothing.
    const ofWrongType = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
    return errors
      .filter(({ keyword, instancePath }) => keyword !== 'if' && (keyword === 'type' || !ofWrongType.has(instancePath)))
      .slice(0, MOST_ERRORS).map((error) => violationOf(error, body));
  }
}

function violationOf(error: ErrorObject, body: object): Violation {
  const steps = error.instancePath === '' ? [] : error.instancePath.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { missingProperty, additionalProperty } = error.params as { missingProperty?: unknown; additionalProperty?: unknown };
  const below = typeof missingProperty === 'string' ? missingProperty : additionalProperty;
  if (typeof below === 'string') steps.push(below);
  let path = '$.form.body';
  let value: unknown = body;
  for (const step of steps) {
    path = memberPath(path, step, Array.isArray(value));
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  const expected = expectation(error);
  return violation('FORM-SCHEMA', path, expected, expected, jsonTypeOf(value));
}

/** More choices than these are not told one by one. */
const MOST_CHOICES = 10;

/** What the schema asks for, never what was found. */
function expectation({ keyword, params }: ErrorObject): string {
  const { type, limit, format, allowedValues, allowedValue } = params as Record<string, unknown>;
  switch (keyword) {
    case 'type':
      return `of type ${String(type)}`;
    case 'required':
      return 'a value: the form requires it here';
    case 'minLength':
      return `a string of ${String(limit)} characters or more`;
    case 'maxLength':
      return `a string of ${String(limit)} characters or fewer`;
    case 'minItems':
      return `a list of ${String(limit)} or more`;
    case 'maxItems':
      return `a list of ${String(limit)} or fewer`;
    case 'format':
      return `a string of the form ${String(format)}`;
    case 'pattern':
      return "a string of the form's pattern";
    case 'const':
      return JSON.stringify(allowedValue);
    case 'enum': {
      const choices = Array.isArray(allowedValues) ? allowedValues : [];
      return choices.length <= MOST_CHOICES ? `one of ${JSON.stringify(choices)}` : `one of the ${choices.length} choices of the form`;
    }
    case 'additionalProperties':
      return 'no such property';
    default:
      return `what the form's rule «${keyword}» asks for`;
  }
}

/** Counts without recursion, and no further than it must. */
function holdsMoreThan(value: object, most: number): boolean {
  const open: object[] = [value];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    for (const member of Object.values(next) as unknown[]) {
      if (++count > most) return true;
      if (typeof member === 'object' && member !== null) open.push(member);
    }
  }
  return false;
}
