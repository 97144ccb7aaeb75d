import type { FormSchema } from './form-schema.js';
import { COUNTRIES, STATES } from './us-places.js';

const text = (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength });
const choice = (values: readonly string[]) => ({ type: 'string', enum: [...values] });
const date = { type: 'string', format: 'date' };
const flag = { type: 'boolean' };
const phone = text(1, 25);
/** Id of a file that was uploaded before. */
const attachment = { type: 'string', format: 'uuid' };
/** Dollars, as text: whole, or with two decimals; at most 99 billion. */
const dollars = { type: 'string', minLength: 1, maxLength: 14, pattern: '^-?\\d*([.]\\d{2})?$' };
/** The form leaves the length of one of its addresses open; none is longer than this. */
const LONGEST_ADDRESS = 254;

/** `then` these are required, where `name` is given and matches. */
const given = (name: string, match: object, required: readonly string[]) => ({
  if: { type: 'object', properties: { [name]: match }, required: [name] },
  then: { type: 'object', required: [...required] },
});

const FOR_STATE_REVIEW = 'a. This application was made available to the state under the Executive Order 12372 Process for review on';

const person = {
  type: 'object',
  properties: { prefix: text(1, 10), first_name: text(1, 35), middle_name: text(1, 25), last_name: text(1, 60), suffix: text(1, 10) },
  required: ['first_name', 'last_name'],
};

const address = {
  type: 'object',
  properties: {
    street1: text(1, 55), street2: text(1, 55), city: text(1, 35), county: text(1, 30), state: choice(STATES), province: text(1, 30),
    country: choice(COUNTRIES), zip_code: text(1, 30),
  },
  required: ['street1', 'city', 'country'],
  allOf: [given('country', { const: 'USA: UNITED STATES' }, ['state', 'zip_code'])],
};

const APPLICANT_TYPES = [
  'A: State Government',
  'B: County Government',
  'C: City or Township Government',
  'D: Special District Government',
  'E: Regional Organization',
  'F: U.S. Territory or Possession',
  'G: Independent School District',
  'H: Public/state Controlled Institution of Higher Education',
  'I: Indian/Native American Tribal Government (Federally Recognized)',
  'J: Indian/Native American Tribal Government (Other than Federally Recognized)',
  'K: Indian/Native American Tribally Designated Organization',
  'L: Public/Indian Housing Authority',
  'M: Nonprofit with 501C3 IRS Status (Other than Institution of Higher Education)',
  'N: Nonprofit without 501C3 IRS Status (Other than Institution of Higher Education)',
  'O: Private Institution of Higher Education',
  'P: Individual',
  'Q: For-Profit Organization (Other than Small Business)',
  'R: Small Business',
  'S: Hispanic-serving Institution',
  'T: Historically Black Colleges and Universities (HBCUs)',
  'U: Tribally Controlled Colleges and Universities (TCCUs)',
  'V: Alaska Native and Native Hawaiian Serving Institutions',
  'W: Non-domestic (non-US) Entity',
  'X: Other (specify)',
];

const REVISION_TYPES = [
  'A: Increase Award', 'B: Decrease Award', 'C: Increase Duration', 'D: Decrease Duration', 'E: Other (specify)',
  'AC: Increase Award, Increase Duration', 'AD: Increase Award, Decrease Duration',
  'BC: Decrease Award, Increase Duration', 'BD: Decrease Award, Decrease Duration',
];

/** Application for Federal Assistance. Members that the form does not know are its agency's to judge, and pass. */
export const SF_424: FormSchema = {
  name: 'sf-424',
  title: 'Application for Federal Assistance (SF-424)',
  source: 'constraints of the form sf424/1/0 of HHS/simpler-grants-gov, commit 036836c08a0525883b79e20527d07cdfae408849 (CC0-1.0)',
  schema: {
    type: 'object',
    properties: {
      submission_type: choice(['Preapplication', 'Application', 'Changed/Corrected Application']),
      application_type: choice(['New', 'Continuation', 'Revision']),
      revision_type: choice(REVISION_TYPES),
      revision_other_specify: { type: 'string' },
      date_received: date,
      applicant_id: text(1, 30),
      federal_entity_identifier: text(1, 30),
      federal_award_identifier: text(1, 25),
      state_receive_date: date,
      state_application_id: text(0, 30),
      organization_name: text(1, 60),
      employer_taxpayer_identification_number: text(9, 30),
      sam_uei: text(12, 12),
      applicant: address,
      department_name: text(1, 30),
      division_name: text(1, 100),
      contact_person: person,
      contact_person_title: text(1, 45),
      organization_affiliation: text(1, 60),
      phone_number: phone,
      fax: phone,
      email: { type: 'string', format: 'email', maxLength: 60 },
      applicant_type_code: { type: 'array', items: choice(APPLICANT_TYPES), minItems: 1, maxItems: 3 },
      applicant_type_other_specify: text(0, 30),
      agency_name: text(1, 60),
      assistance_listing_number: text(1, 15),
      assistance_listing_program_title: text(1, 120),
      funding_opportunity_number: text(1, 40),
      funding_opportunity_title: text(1, 255),
      competition_identification_number: text(1, 40),
      competition_identification_title: text(1, 255),
      areas_affected: attachment,
      project_title: text(1, 200),
      additional_project_title: { type: 'array', items: attachment, maxItems: 100 },
      congressional_district_applicant: text(1, 6),
      congressional_district_program_project: text(1, 6),
      additional_congressional_districts: attachment,
      project_start_date: date,
      project_end_date: date,
      federal_estimated_funding: dollars,
      applicant_estimated_funding: dollars,
      state_estimated_funding: dollars,
      local_estimated_funding: dollars,
      other_estimated_funding: dollars,
      program_income_estimated_funding: dollars,
      total_estimated_funding: dollars,
      state_review: choice([
        FOR_STATE_REVIEW,
        'b. Program is subject to E.O. 12372 but has not been selected by the state for review.',
        'c. Program is not covered by E.O. 12372.',
      ]),
      state_review_available_date: date,
      delinquent_federal_debt: flag,
      debt_explanation: attachment,
      certification_agree: flag,
      authorized_representative: person,
      authorized_representative_title: text(1, 45),
      authorized_representative_phone_number: phone,
      authorized_representative_fax: phone,
      authorized_representative_email: { type: 'string', format: 'email', maxLength: LONGEST_ADDRESS },
      aor_signature: text(1, 144),
      date_signed: date,
    },
    required: [
      'submission_type', 'application_type', 'organization_name', 'employer_taxpayer_identification_number', 'sam_uei', 'applicant', 'contact_person',
      'phone_number', 'email', 'applicant_type_code', 'agency_name', 'funding_opportunity_number', 'funding_opportunity_title', 'project_title',
      'congressional_district_applicant', 'congressional_district_program_project', 'project_start_date', 'project_end_date',
      'federal_estimated_funding', 'applicant_estimated_funding', 'state_estimated_funding', 'local_estimated_funding', 'other_estimated_funding',
      'program_income_estimated_funding', 'total_estimated_funding', 'state_review', 'delinquent_federal_debt', 'certification_agree',
      'authorized_representative', 'authorized_representative_title', 'authorized_representative_phone_number', 'authorized_representative_email',
    ],
    allOf: [
      given('application_type', { const: 'Revision' }, ['revision_type', 'federal_award_identifier']),
      given('application_type', { const: 'Continuation' }, ['federal_award_identifier']),
      given('revision_type', { const: 'E: Other (specify)' }, ['revision_other_specify']),
      given('delinquent_federal_debt', { const: true }, ['debt_explanation']),
      given('state_review', { const: FOR_STATE_REVIEW }, ['state_review_available_date']),
      given('applicant_type_code', { type: 'array', contains: { const: 'X: Other (specify)' } }, ['applicant_type_other_specify']),
    ],
  },
};
