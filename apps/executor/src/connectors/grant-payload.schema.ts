import { poison, type Attachment, type BudgetLine, type BudgetNormalization, type GrantForm, type GrantPayload, type WorkUnit } from '@docket/contracts';
import { z } from 'zod';

/** One schema for every member of T: a member that the contract gains or loses no longer compiles here. */
type ShapeOf<T> = Record<keyof T, z.ZodType>;

const text = z.string();
const normalization = { module: text, version: text, digest: text } satisfies ShapeOf<BudgetNormalization>;
const budgetLine = { category: text, description: text.exactOptional(), amount: text } satisfies ShapeOf<BudgetLine>;
const attachment = { uri: text, digest: text, mediaType: text, parsed: z.boolean().exactOptional() } satisfies ShapeOf<Attachment>;
const form = { schema: text, body: z.record(z.string(), z.unknown()) } satisfies ShapeOf<GrantForm>;

/** The shape of a validated grant. Its values were checked before; here only that nothing is left unmapped. */
const grant = z.strictObject({
  grantId: text,
  applicantOrg: text,
  applicantUei: text.exactOptional(),
  funder: text,
  requestedAmount: text,
  currencyCode: text,
  submissionDeadline: text,
  budget: z.strictObject({ lines: z.array(z.strictObject(budgetLine)), normalization: z.strictObject(normalization) }).exactOptional(),
  attachments: z.array(z.strictObject(attachment)).exactOptional(),
  form: z.strictObject(form).exactOptional(),
} satisfies ShapeOf<GrantPayload>);

/** Throws DOCKET_GRANT_PAYLOAD (poison). */
export function parseGrant(unit: WorkUnit): GrantPayload {
  const result = grant.safeParse(unit.payload, { reportInput: false });
  if (unit.kind !== 'grant' || !result.success) {
    throw poison('DOCKET_GRANT_PAYLOAD', 'the unit is no grant of a known shape: validator and executor must be of one release');
  }
  return result.data;
}
