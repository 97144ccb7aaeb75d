import { canonicalJson, type GrantPayload } from '@docket/contracts';

/** CommonGrants Money. */
interface Money {
  /** Decimal string. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

export interface ApplicationBodies {
  /** JSON of POST applications/start. */
  readonly start: string;
  /** JSON of PUT applications/:appId/forms/:formId. */
  readonly form: string;
}

/**
 * A grant as CommonGrants 0.4.0 asks for it. The bytes depend on the grant and the competition alone (canonical
 * JSON), because a funder may compare the bytes of a repeat.
 */
export function applicationBodies(grant: GrantPayload, competitionId: string): ApplicationBodies {
  return {
    start: canonicalJson({ competitionId, title: `Grant ${grant.grantId}` }),
    form: canonicalJson(formResponse(grant)),
  };
}

function formResponse(grant: GrantPayload): Record<string, unknown> {
  const money = (amount: string): Money => ({ amount, currency: grant.currencyCode });
  const { budget, attachments, form } = grant;
  return {
    grantId: grant.grantId,
    applicant: { name: grant.applicantOrg, ...(grant.applicantUei !== undefined && { uei: grant.applicantUei }) },
    requestedFunding: money(grant.requestedAmount),
    submissionDeadline: grant.submissionDeadline,
    ...(budget && {
      budget: {
        lines: budget.lines.map(({ category, description, amount }) => ({
          category,
          ...(description !== undefined && { description }),
          amount: money(amount),
        })),
        normalization: budget.normalization,
      },
    }),
    ...(attachments && { attachments }),
    ...(form && { form }),
  };
}
