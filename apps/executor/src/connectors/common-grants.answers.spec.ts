import { describe, expect, it } from 'vitest';
import { blamesFields, readSaved, readStarted, readSubmitted } from './common-grants.answers.js';

const APPLICATION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const answer = (data?: unknown) => JSON.stringify({ status: 200, message: 'Success', data });
const errors = (...entries: unknown[]) => JSON.stringify({ status: 422, message: 'm', errors: entries });

describe('readStarted', () => {
  it('gives the id of the application, beside whatever else is there', () => {
    expect(readStarted(answer({ id: APPLICATION, title: 't' }))).toBe(APPLICATION);
  });

  it.each(['', 'no JSON', '[]', answer(), answer({}), answer({ id: '../elsewhere' }), JSON.stringify({ data: { id: APPLICATION } })])('refuses %s', (text) => {
    expect(readStarted(text)).toBeUndefined();
  });
});

describe('readSaved', () => {
  it('asks for no more than the protocol says', () => {
    expect(readSaved(answer({}))).toBe(true);
    expect(readSaved('{}')).toBe(false);
  });
});

describe('readSubmitted', () => {
  it('gives the receipt', () => {
    expect(readSubmitted(answer({ receiptId: 'receipt-1' }), APPLICATION)).toBe('receipt-1');
  });

  it.each([{}, null, 'accepted', []])('takes the application id where the funder names no receipt: %j', (data) => {
    expect(readSubmitted(answer(data), APPLICATION)).toBe(APPLICATION);
  });

  it.each([1, '', 'with a space', 'with\nnewline', 'x'.repeat(201)])('refuses the receipt %j', (receiptId) => {
    expect(readSubmitted(answer({ receiptId }), APPLICATION)).toBeUndefined();
  });
});

describe('blamesFields', () => {
  it('tells a complaint of fields from one of the idempotency key, and from none', () => {
    expect(blamesFields(errors({ field: 'applicant.name', message: 'm' }))).toBe(true);
    expect(blamesFields(errors({ field: 'Idempotency-Key' }, { field: 'applicant.name' }))).toBe(false);
    expect(blamesFields(errors({ message: 'm' }, 'text', null))).toBe(false);
    expect(blamesFields('<html>')).toBe(false);
  });
});
