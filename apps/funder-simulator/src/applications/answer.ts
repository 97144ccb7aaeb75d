import { uuidV5 } from '@docket/contracts';
import type { Cut } from '../faults/fault.port.js';
import type { Entry } from '../journal/entry.js';

/** An answer of success. */
export interface Answer {
  readonly status: number;
  /** CommonGrants: `{ status, message, data }`; webhook: `{ receiptId }`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The call was answered from the record. */
  readonly replayed: boolean;
  /** How the answer must get lost, if at all. */
  readonly lost: Cut | undefined;
}

/** The answer to an accepted call: made of its entry alone, so that a repeat is told the very same. */
export function answerTo(entry: Entry, how: Pick<Answer, 'replayed' | 'lost'>): Answer {
  if (entry.step === 'webhook') return { status: 201, body: { receiptId: entry.receiptId }, ...how };
  const status = entry.step === 'start' ? 201 : 200;
  return { status, body: { status, message: MESSAGES[entry.step], data: dataOf(entry) }, ...how };
}

const MESSAGES = { start: 'Application started', form: 'Form response saved', submit: 'Application submitted' } as const;

function dataOf(entry: Exclude<Entry, { step: 'webhook' }>): Readonly<Record<string, unknown>> {
  const { applicationId, at } = entry;
  switch (entry.step) {
    case 'start':
      return {
        id: applicationId,
        applicationId,
        title: entry.title,
        competitionId: entry.competitionId,
        formResponses: {},
        status: { value: 'inProgress' },
        submittedAt: null,
        createdAt: at,
        lastModifiedAt: at,
      };
    case 'form':
      return {
        id: uuidV5(applicationId, entry.formId),
        applicationId,
        formId: entry.formId,
        status: { value: 'complete' },
        createdAt: at,
        lastModifiedAt: at,
      };
    case 'submit':
      return { id: applicationId, applicationId, receiptId: entry.receiptId, status: { value: 'submitted' }, submittedAt: at };
  }
}
