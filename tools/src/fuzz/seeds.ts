import { hash } from 'node:crypto';
import type { SeededRandom } from '../chaos/random.js';
import type { Custody } from './oracle/record-rules.js';

export type Kind = 'grant' | 'record';

const DOCUMENTS = 40;
const REPOSITORY = 'fuzz-repository';

/** The documents that the repository knows. */
export const CUSTODY: ReadonlyMap<string, Custody> = new Map(
  Array.from({ length: DOCUMENTS }, (_, index) => [`DOC-${index}`, { version: '1', digest: hash('sha256', `document ${index}`) }] as const),
);

export function custodyOf(repository: unknown, documentId: unknown): Custody | undefined {
  return repository === REPOSITORY && typeof documentId === 'string' ? CUSTODY.get(documentId) : undefined;
}

export function custodyRecords(): { readonly key: string; readonly value: object }[] {
  return [...CUSTODY].map(([documentId, { version, digest }]) => ({
    key: `${REPOSITORY}/${documentId}`,
    value: { documentId, repository: REPOSITORY, version, digest, status: 'active', retention: { status: 'active' } },
  }));
}

/** A payload that breaks no rule; `id` makes it unlike all others. */
export function validPayload(kind: Kind, id: string, random: SeededRandom): Record<string, unknown> {
  return kind === 'grant' ? validGrant(id, random) : validManifest(id, random);
}

const AMOUNTS: readonly (readonly [string, string])[] = [['25000.00', 'USD'], ['107700.50', 'EUR'], ['1', 'JPY'], ['12.345', 'KWD'], ['0.01', 'GBP'], ['999999999999999999', 'USD']];

function validGrant(id: string, random: SeededRandom): Record<string, unknown> {
  const [requestedAmount, currencyCode] = random.pick(AMOUNTS);
  return {
    grantId: `G-${id}`,
    applicantOrg: random.pick(['Example County Airport Authority', 'Ville d’Exemple', '例の市', 'Example & Sons <Grants>']),
    funder: random.pick(['funder-a', 'funder-b', 'funder-c']),
    requestedAmount, currencyCode,
    submissionDeadline: random.pick(['2027-03-31', '2028-02-29', '2027-12-31']),
    ...(random.next() < 0.4 && { applicantUei: random.pick(['YNDUZMUZF8H8', 'T53MCMLTWK59']) }),
    ...(random.next() < 0.4 && {
      budget: {
        lines: Array.from({ length: random.whole(1, 4) }, (_, index) => ({ category: `Category ${index}`, amount: '100', ...(index === 0 && { description: 'Travel' }) })),
        normalization: { module: 'excel-budget-template-sync', version: '1.4.0', digest: hash('sha256', id) },
      },
    }),
    ...(random.next() < 0.3 && {
      attachments: [{ uri: `store://repository/${id}.pdf`, digest: hash('sha256', `attachment ${id}`), mediaType: 'application/pdf', parsed: true }],
    }),
  };
}

function validManifest(id: string, random: SeededRandom): Record<string, unknown> {
  const [documentId, { version, digest }] = random.pick([...CUSTODY]);
  return {
    requestId: `FOIA-${id}`, jurisdiction: random.pick(['US', 'US-CA', 'US-NY']), documentId, repository: REPOSITORY, version,
    uri: `store://repository/${documentId}.pdf`, digest, size: random.whole(1, 1_000_000), mediaType: 'application/pdf',
    ...(random.next() < 0.5 && { pages: random.whole(1, 100) }),
    ...(random.next() < 0.2 && { marking: 'UNCLASSIFIED' }),
    ...(random.next() < 0.2 && { noOcr: random.next() < 0.5 }),
  };
}
