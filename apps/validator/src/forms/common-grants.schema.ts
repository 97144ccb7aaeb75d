import type { FormSchema } from './form-schema.js';

const SOURCE = 'models of CommonGrants 0.4.0, HHS/simpler-grants-protocol, lib/core (CC0-1.0)';

const uuid = { type: 'string', format: 'uuid' };
const text = { type: 'string' };
const date = { type: 'string', format: 'date' };
const time = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$' };
const instant = { type: 'string', format: 'date-time' };
const money = { type: 'object', properties: { amount: { type: 'string', maxLength: 40, pattern: '^-?[0-9]+([.][0-9]*)?$' }, currency: text }, required: ['amount', 'currency'] };

const customField = {
  type: 'object',
  properties: {
    name: text, fieldType: { type: 'string', enum: ['string', 'number', 'integer', 'boolean', 'object', 'array'] }, schema: text, value: {}, description: text,
  },
  required: ['name', 'fieldType', 'value'],
};
const recordOf = (schema: object) => ({ type: 'object', additionalProperties: schema });

/** A date, a range of dates, or neither; `eventType` says which. */
const event = {
  type: 'object',
  properties: {
    name: text, eventType: { type: 'string', enum: ['singleDate', 'dateRange', 'other'] }, description: text,
    date, time, startDate: date, startTime: time, endDate: date, endTime: time, details: text,
  },
  required: ['name', 'eventType'],
  allOf: [
    { if: { type: 'object', properties: { eventType: { const: 'singleDate' } }, required: ['eventType'] }, then: { type: 'object', required: ['date'] } },
    { if: { type: 'object', properties: { eventType: { const: 'dateRange' } }, required: ['eventType'] }, then: { type: 'object', required: ['startDate', 'endDate'] } },
  ],
};

/** The project that funding is asked for. Organizations and contacts are objects here and not looked into. */
export const COMMON_GRANTS_PROPOSAL: FormSchema = {
  name: 'common-grants.proposal',
  title: 'CommonGrants ProposalBase 0.4.0',
  source: SOURCE,
  schema: {
    type: 'object',
    properties: {
      title: text,
      description: text,
      amountRequested: money,
      projectTimeline: {
        type: 'object',
        properties: { startDate: event, endDate: event, otherDates: recordOf(event), timelineDetails: text },
      },
      opportunity: { type: 'object', properties: { id: uuid, title: text, customFields: recordOf(customField) }, required: ['id'] },
      organizations: { type: 'object', properties: { primary: { type: 'object' }, otherOrgs: recordOf({ type: 'object' }) }, required: ['primary'] },
      contacts: { type: 'object', properties: { primary: { type: 'object' }, otherContacts: recordOf({ type: 'object' }) }, required: ['primary'] },
      customFields: recordOf(customField),
    },
  },
};

/** The answer to a form of a competition. */
export const COMMON_GRANTS_FORM_RESPONSE: FormSchema = {
  name: 'common-grants.form-response',
  title: 'CommonGrants FormResponseBase 0.4.0',
  source: SOURCE,
  schema: {
    type: 'object',
    properties: {
      id: uuid,
      formId: uuid,
      response: { type: 'object' },
      status: {
        type: 'object',
        properties: { value: { type: 'string', enum: ['notStarted', 'inProgress', 'complete', 'custom'] }, customValue: text, description: text },
        required: ['value'],
        additionalProperties: false,
      },
      validationErrors: { type: 'array' },
      customFields: recordOf(customField),
      createdAt: instant,
      lastModifiedAt: instant,
    },
    required: ['id', 'formId', 'response', 'status', 'createdAt', 'lastModifiedAt'],
  },
};
