import { UUID } from '@docket/contracts';
import { z } from 'zod';
import { badRequest } from './problem.js';

/** A lower-case UUID, as Docket writes them. */
export const uuid = z.string().regex(UUID, 'must be a UUID in lower case');

/** An identifier of someone else's system: 1 to 200 characters, none of them invisible controls, no blanks around. */
export const externalId = z
  .string()
  .regex(/^[^\p{C}\p{Z}](?:[^\p{C}]{0,198}[^\p{C}\p{Z}])?$/u, 'must be 1 to 200 visible characters without blanks around');

/** Reads path or query parameters strictly: what is not known is refused. Throws a 400 that names the parameter. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys' ? 'unknown parameters are refused' : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw badRequest([...new Set(problems)].join('; '));
}
