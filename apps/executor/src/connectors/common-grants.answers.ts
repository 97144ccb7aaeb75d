import { z } from 'zod';

const success = { status: z.int(), message: z.string() };
const startedSchema = z.object({ ...success, data: z.object({ id: z.guid() }) });
const openSchema = z.object({ ...success, data: z.unknown() });
/** A receipt goes into outcomes and logs: no spaces, no control characters. */
const receiptSchema = z.object({ receiptId: z.string().regex(/^[\x21-\x7e]{1,200}$/).optional() });
const errorSchema = z.object({ status: z.int(), message: z.string(), errors: z.array(z.unknown()) });
const fieldSchema = z.object({ field: z.string().min(1) });

/** The application's id. Undefined where the text is no such answer. */
export function readStarted(text: string): string | undefined {
  return read(startedSchema, text)?.data.id;
}

/** True where the text is the answer to a form response. */
export function readSaved(text: string): boolean {
  return read(openSchema, text) !== undefined;
}

/**
 * The funder's reference of the submission; undefined where the text is no such answer. CommonGrants leaves the
 * data of this answer open: without a receiptId, the application's id is the reference.
 */
export function readSubmitted(text: string, applicationId: string): string | undefined {
  const answer = read(openSchema, text);
  if (!answer) return undefined;
  const isObject = typeof answer.data === 'object' && answer.data !== null && !Array.isArray(answer.data);
  if (!isObject) return applicationId;
  const receipt = receiptSchema.safeParse(answer.data);
  return receipt.success ? (receipt.data.receiptId ?? applicationId) : undefined;
}

/** True where an error answer complains of fields of the body, and not of the idempotency key. */
export function blamesFields(text: string): boolean {
  const fields = (read(errorSchema, text)?.errors ?? []).flatMap((entry) => fieldSchema.safeParse(entry).data?.field ?? []);
  return fields.length > 0 && !fields.some((field) => field.toLowerCase() === 'idempotency-key');
}

function read<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
