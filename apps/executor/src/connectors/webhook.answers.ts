import { z } from 'zod';

/** A receipt goes into outcomes and logs: no spaces, no control characters. */
const receiptSchema = z.object({ receiptId: z.string().regex(/^[\x21-\x7e]{1,200}$/) });

/** The funder's reference of a submission; undefined where the text is no JSON object that names one. */
export function readReceipt(text: string): string | undefined {
  try {
    return receiptSchema.safeParse(JSON.parse(text)).data?.receiptId;
  } catch {
    return undefined;
  }
}
