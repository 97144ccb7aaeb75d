import { SHA256_HEX } from '../canonical.js';
import { UUID } from '../ids.js';
import { LANES } from '../kafka/stages.js';
import type { JsonSchema } from './json-schema.js';

/** Kinds of property that many events have. */

export function text(description: string, bounds: Pick<JsonSchema, 'minLength' | 'maxLength' | 'pattern'> = {}): JsonSchema {
  return { description, type: 'string', ...bounds };
}

export function pattern(description: string, form: RegExp): JsonSchema {
  return { description, type: 'string', pattern: form.source };
}

export function oneOf(description: string, values: readonly string[]): JsonSchema {
  return { description, type: 'string', enum: values };
}

export function flag(description: string): JsonSchema {
  return { description, type: 'boolean' };
}

/** A number of things, from 0 on. */
export function count(description: string, bounds: Pick<JsonSchema, 'minimum' | 'maximum'> = {}): JsonSchema {
  return { description, type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...bounds };
}

export function uuid(description: string): JsonSchema {
  return pattern(`${description}; a UUID in lower case.`, UUID);
}

export function sha256(description: string): JsonSchema {
  return pattern(`${description}; SHA-256 in lower-case hex.`, SHA256_HEX);
}

export function instant(description: string): JsonSchema {
  return pattern(`${description}; ISO 8601, UTC, milliseconds.`, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
}

export function date(description: string): JsonSchema {
  return { description: `${description}; YYYY-MM-DD.`, type: 'string', format: 'date' };
}

export function offset(description: string): JsonSchema {
  return pattern(`${description}; a decimal string, since it may exceed what a JSON number holds.`, /^\d{1,19}$/);
}

export const lane = oneOf('Security lane.', LANES);
export const correlationId = uuid('Correlation id of the unit, a function of tenant, source, id and subject: a repeated request has the same');
export const batchTraceId = uuid('What was sent together; the correlation id where the sender named none');
export const stageName = text('Name of the stage, e.g. `validator.grants`.');
