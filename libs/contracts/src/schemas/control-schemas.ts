import { MAX_OPERATION_RATE, type OperationCommand, type OperationProgress, type StageCommand } from '../domain/control-command.js';
import { GROUP_HEALTH, type TopicLag } from '../domain/topic-lag.js';
import { count, instant, offset, oneOf, text, uuid } from './fields.js';
import { listOf, objectOf, type JsonSchema } from './json-schema.js';

const request = {
  by: text('Login name or key id of the person.', { pattern: '^[\\x20-\\x7e]{0,500}$' }),
  at: instant('When it was asked for'),
  reason: text('Why; ASCII.', { pattern: '^[\\x20-\\x7e]{0,500}$' }),
};

const stage = text('Name of the stage.', { pattern: '^[a-z][a-z0-9.-]{0,99}$' });

const stageCommand: JsonSchema = objectOf<StageCommand>({
  required: {
    kind: oneOf('Key `stage/<name>`.', ['stage']), stage, state: oneOf('The state wanted; it outlives restarts.', ['paused', 'running']), ...request,
  },
}, 'The wanted state of a stage.');

const operation: JsonSchema = objectOf<OperationCommand>({
  required: {
    kind: oneOf('Key `operation/<id>`. A redrive puts dead units back, a release parked ones.', ['redrive', 'release']),
    id: uuid('Id of the operation'),
    stage,
    state: oneOf('The state wanted.', ['requested', 'cancelled']),
    partitions: {
      description: 'By partition: what lies from `from` up to, not including, `upTo`.',
      type: 'object', properties: {},
      additionalProperties: { type: 'object', properties: { from: offset('First offset'), upTo: offset('One past the last offset') }, required: ['from', 'upTo'] },
    },
    causes: listOf(text('Cause of dead letters.', { pattern: '^[0-9a-f]{12}$' }), 'Causes of which one must match; empty: any.', { maxItems: 10_000 }),
    units: listOf(uuid('Correlation id'), 'Units of which one must match; empty: any.', { maxItems: 10_000 }),
    ratePerSecond: count('Units in a second, over all partitions.', { minimum: 1, maximum: MAX_OPERATION_RATE }),
    planned: count('Units that the dry run counted.'),
    ...request,
  },
}, 'Puts a frozen set of units back into their stage.');

const progress: JsonSchema = objectOf<OperationProgress>({
  required: {
    kind: oneOf('Key `operation/<id>/<partition>`.', ['progress']),
    id: uuid('Id of the operation'),
    partition: count('Partition that this is about.'),
    state: oneOf('Where it stands.', ['running', 'done', 'stopped', 'cancelled']),
    redriven: count('Units put back so far.'),
    refused: count("Units that matched, but were done, put back by another operation, or not the ledger's."),
    failedAgain: count('Units put back by this operation and dead again.'),
    position: offset('Offset up to which all is decided'),
    at: instant('When it was written'),
  },
}, "How far a partition's task is.");

export const controlCommand: JsonSchema = { anyOf: [stageCommand, operation, progress] };

export const topicLag: JsonSchema = objectOf<TopicLag>({
  required: {
    group: text('Consumer group, as the brokers know it.'),
    topic: text('Topic, as the catalogue names it.'),
    records: count('Records not read yet, over all partitions.'),
    seconds: { description: 'Age of the oldest record not read, of the partition that is furthest behind; seconds.', type: 'number', minimum: 0 },
    drainSeconds: { description: 'How long the group would need for what is there, of the slowest partition; seconds, a day at most.', type: 'number', minimum: 0 },
    status: oneOf('What the group does on the partition that is worst off.', GROUP_HEALTH),
    at: instant('When it was measured'),
  },
});
