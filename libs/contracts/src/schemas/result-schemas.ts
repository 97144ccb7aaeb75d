import { AUDIT_SCHEMA, AUDIT_STEPS, type AuditEvent } from '../domain/audit-event.js';
import { OUTCOMES, type ErrorCategory, type ErrorEvent, type Outcome } from '../domain/outcome.js';
import { RULES, type Violation } from '../errors.js';
import { batchTraceId, correlationId, count, instant, lane, offset, oneOf, pattern, sha256, stageName, text, uuid } from './fields.js';
import { listOf, objectOf, type JsonSchema } from './json-schema.js';
import { unitDescriptor } from './unit-schemas.js';

const code = pattern('Code of what went wrong, e.g. `DOCKET_RULE_DATE_ISO8601`; codes may be added.', /^DOCKET_[A-Z0-9_]+$/);

export const outcome: JsonSchema = objectOf<Outcome>({
  required: {
    correlationId, batchTraceId,
    state: oneOf('Where the unit ended. `parked`, `in-doubt` and `held-for-review` wait for a person or an event.', OUTCOMES),
    lane,
    stage: stageName,
    attempts: count('Times that the stage tried.', { minimum: 1 }),
    closedAt: instant('When it ended'),
  },
  optional: {
    code,
    rules: listOf(text('Id of a rule, see docs/rules.md.'), 'Every rule broken, in alphabetical order.'),
    unit: unitDescriptor,
    references: {
      description: "What came of it: the funder's receipt, the text object, its quality, the unit that it repeats. Names may be added.",
      type: 'object', properties: {}, additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    },
  },
});

const violation: JsonSchema = objectOf<Violation>({
  required: {
    code,
    rule: text(`Id of the rule, e.g. \`${RULES[0]}\`; rules may be added.`),
    path: text('JSONPath of the place, e.g. `$.budget.lines[3].amount`.'),
    message: text('What is wrong, in English; never the value.'),
    expected: text('What would have been right.'),
    actualType: text('JSON type of what was found, or `missing`.'),
    docs: text('Where the rule is explained, in this repository.'),
  },
});

const CATEGORIES: Readonly<Record<ErrorCategory, true>> = {
  validation: true, duplicate: true, conflict: true, custody: true, 'rate-limit': true, funder: true, extraction: true, 'retry-exhausted': true,
  policy: true, internal: true,
};

export const errorEvent: JsonSchema = objectOf<ErrorEvent>({
  required: {
    correlationId, batchTraceId,
    stage: stageName,
    category: oneOf('Kind of error.', Object.keys(CATEGORIES)),
    code,
    message: text('What went wrong, in English; never a payload value.'),
    attempts: count('Times that the stage tried.', { minimum: 1 }),
    at: instant('When it happened'),
    origin: objectOf<ErrorEvent['origin']>({
      required: { topic: text('Topic of the input.'), partition: count('Its partition.'), offset: offset('Its offset') },
    }, 'The input at fault.'),
    violations: listOf(violation, 'Every rule broken, each with its place; empty where the error is of another kind.'),
  },
});

const name = (description: string) => pattern(description, /^[A-Za-z0-9._/-]{1,200}$/);
const closed = { additionalProperties: false } as const;
type Data = AuditEvent['data'];

export const auditEvent: JsonSchema = objectOf<AuditEvent>({
  required: {
    specversion: oneOf('CloudEvents version.', ['1.0']),
    type: oneOf('What the stage did.', AUDIT_STEPS.map((step) => `docket.audit.${step}.v1`)),
    source: pattern('Service and lane.', /^\/docket\/[a-z-]+\/[a-z]+$/),
    subject: uuid('Correlation id of the unit'),
    time: instant('When it was done'),
    dataschema: oneOf('This schema.', [AUDIT_SCHEMA]),
    id: sha256('Identity of the step: a step done again has the same'),
    data: objectOf<Data>({
      required: {
        actor: objectOf<Data['actor']>({ required: { type: oneOf('Kind of actor.', ['service']), uid: name('The service.') }, ...closed }, 'Who did it.'),
        action: name('The stage.'),
        outcome: objectOf<Data['outcome']>({
          required: { status: oneOf('Whether the step brought the unit on.', ['success', 'failure']), code: pattern('Result, or code of the error.', /^[A-Za-z0-9_-]{1,80}$/) },
          ...closed,
        }, 'How it ended.'),
        object: objectOf<Data['object']>({ required: { uid: uuid('Correlation id'), digest: sha256('Digest of the payload') }, ...closed }, 'The unit.'),
        input: objectOf<Data['input']>({
          required: { topic: name('Topic.'), partition: count('Partition.'), offset: offset('Offset') }, ...closed,
        }, 'The record that the stage worked on.'),
        attempt: count('Which try it was, from 1.'),
        trace: objectOf<Data['trace']>({
          required: {
            traceparent: pattern('W3C trace context; empty where the input had none.', /^(|00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})$/),
            batchTraceId: uuid('What was sent together'),
          },
          ...closed,
        }, 'Trace ids.'),
        exec: objectOf<Data['exec']>({
          required: {
            instance: name('Instance of the service.'),
            seq: count("Number of the event in this instance's chain, from 0."),
            prev: sha256("Key of the instance's event before this one; zeros where there is none"),
          },
          ...closed,
        }, 'Differs where a step is done again.'),
      },
      ...closed,
    }, 'The step.'),
  },
  ...closed,
});
