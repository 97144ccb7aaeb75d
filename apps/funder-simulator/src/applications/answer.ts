import { uuidV5 } from '@docket/contracts';
import type { Entry } from '../journal/entry.js';

/** A CommonGrants success answer. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly status: number; readonly message: string; readonly data: Readonly<Record<string, unknown>> };
  /** The call was answered from the record. */
  readonly replayed: boolean;
  /** The answer must not reach the caller. */
  readonly lost: boolean;
}

/** The answer to an accepted call: made of its entry alone, so that a repeat is told the very same. */
export function answerTo(entry: Entry, how: { replayed: boolean; lost: boolean }): Answer {
  const status = entry.step === 'start' ? 201 : 200;
  return { status, body: { status, message: MESSAGES[entry.step], data: dataOf(entry) }, ...how };
}

const MESSAGES = { start: 'Application started', form: 'Form response saved', submit: 'Application submitted' } as const;

function dataOf(entry: Entry): Readonly<Record<string, unknown>> {
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
