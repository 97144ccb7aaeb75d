import { randomUUID } from 'node:crypto';
import type { Entry } from '../journal/entry.js';
import type { Application } from '../journal/records.js';
import { Refusal } from '../refusal.js';
import { grantIdOf, type Command } from './command.js';

/** What is the same for every step of an accepted call. */
export type CallFacts = Pick<Entry, 'v' | 'at' | 'funder' | 'key' | 'fingerprint'>;

/** The funder's rules. Throws a Refusal: 404 for an unknown application, 400 for a step out of order. */
export function decide(command: Command, facts: CallFacts, application: Readonly<Application> | undefined): Entry {
  if (command.step === 'start') {
    const { competitionId, title } = command.body;
    return { ...facts, step: 'start', applicationId: randomUUID(), competitionId, title };
  }
  if (command.step === 'webhook') {
    const { step, reference, grant } = command;
    return { ...facts, step, reference, grantId: grantIdOf(grant), receiptId: newReceipt() };
  }
  if (!application) throw new Refusal(404, 'no such application');
  if (application.submitted) {
    throw new Refusal(400, 'the application was submitted before', { errors: [{ field: 'status', message: 'is submitted' }] });
  }
  const { applicationId } = command;
  if (command.step === 'form') {
    return { ...facts, step: 'form', applicationId, formId: command.formId, grantId: grantIdOf(command.body) };
  }
  if (!application.formed) {
    throw new Refusal(400, 'the application has no form response', { errors: [{ field: 'formResponses', message: 'is empty' }] });
  }
  return { ...facts, step: 'submit', applicationId, receiptId: newReceipt() };
}

function newReceipt(): string {
  return `receipt-${randomUUID()}`;
}
