import { payloadDigest } from '@docket/contracts';
import { z } from 'zod';
import { Refusal } from '../refusal.js';

const uuid = z.uuid().toLowerCase();
const startBody = z.strictObject({ competitionId: uuid, organizationId: uuid.optional(), title: z.string().trim().min(1).max(500) });
const formPath = z.strictObject({ applicationId: uuid, formId: uuid });
const formBody = z.record(z.string(), z.unknown()).refine((form) => Object.keys(form).length > 0, 'the form is empty');
const submitPath = z.strictObject({ applicationId: uuid });
const referenceSchema = z.string().regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters');
const webhookBody = z.strictObject({ reference: referenceSchema, grant: formBody });
const lookUpPath = z.strictObject({ reference: referenceSchema });
const grantIdSchema = z.string().min(1).max(200);

/** What a caller asks of a funder, already checked for its form. */
export type Command =
  | { readonly step: 'start'; readonly body: z.output<typeof startBody> }
  | { readonly step: 'form'; readonly applicationId: string; readonly formId: string; readonly body: Readonly<Record<string, unknown>> }
  | { readonly step: 'submit'; readonly applicationId: string }
  | { readonly step: 'webhook'; readonly reference: string; readonly grant: Readonly<Record<string, unknown>> };

/** Throws a Refusal 400. */
export function startCommand(body: unknown): Command {
  return { step: 'start', body: check(startBody, body) };
}

/** Throws a Refusal 400. */
export function formCommand(applicationId: string, formId: string, body: unknown): Command {
  return { step: 'form', ...check(formPath, { applicationId, formId }), body: check(formBody, body) };
}

/** Throws a Refusal 400. */
export function submitCommand(applicationId: string, body: unknown): Command {
  if (body !== undefined && body !== null) throw new Refusal(400, 'submit takes no body');
  return { step: 'submit', ...check(submitPath, { applicationId }) };
}

/** Throws a Refusal 400. */
export function webhookCommand(body: unknown): Command {
  return { step: 'webhook', ...check(webhookBody, body) };
}

/** Throws a Refusal 400. */
export function lookUpReference(reference: string): string {
  return check(lookUpPath, { reference }).reference;
}

/** Equal for calls that ask for the same, whatever the order of their members; different for any others. */
export function fingerprintOf(command: Command): string {
  return payloadDigest(command);
}

/** What the form calls its grant, where it does. */
export function grantIdOf(form: Readonly<Record<string, unknown>>): string | null {
  return grantIdSchema.safeParse(form['grantId']).data ?? null;
}

function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { reportInput: false });
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  throw new Refusal(400, 'the call is not well-formed', { errors });
}
