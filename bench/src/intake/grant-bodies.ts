import { createHash } from 'node:crypto';

const BODIES = 1_000;

/** Valid grants of 1 to 2 KB with budget lines, each unlike the others. */
export function grantBodies(): Buffer[] {
  return Array.from({ length: BODIES }, (_, index) => Buffer.from(JSON.stringify(grantOf(index))));
}

function grantOf(index: number): object {
  const digest = createHash('sha256').update(`workbook ${index}`).digest('hex');
  return {
    grantId: `GR-BENCH-${index}`,
    applicantOrg: 'Example County Airport Authority',
    applicantUei: 'YNDUZMUZF8H8',
    funder: `funder-${index % 10}`,
    requestedAmount: '107700.50',
    currencyCode: 'USD',
    submissionDeadline: '2027-06-30',
    budget: {
      lines: Array.from({ length: 4 + (index % 10) }, (_, line) => ({
        category: `Category ${line}`, description: 'Project engineer, half time for one year', amount: `${(index % 900) + line}.50`,
      })),
      normalization: { module: 'excel-budget-template-sync', version: '1.4.0', digest },
    },
    attachments: [{ uri: `store://repository/plan-${index}.pdf`, digest, mediaType: 'application/pdf', parsed: true }],
  };
}
