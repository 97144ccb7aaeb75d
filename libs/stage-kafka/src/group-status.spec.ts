import { AssignerProtocol } from 'kafkajs';
import { expect, it } from 'vitest';
import { toMember } from './group-status.js';
import { TopicNames } from './topic-names.js';

const names = new TopicNames('mine.');
const member = (memberAssignment: Buffer) => toMember({ clientId: 'mine.docket-executor-1', clientHost: '/10.0.0.1', memberAssignment }, names);

it('tells what a member owns, by the catalogue\'s names', () => {
  const bytes = AssignerProtocol.MemberAssignment.encode({ version: 0, assignment: { 'mine.grants.validated': [4, 1], 'mine.executor.dlq': [1] }, userData: Buffer.alloc(0) });
  expect(member(bytes)).toEqual({
    clientId: 'mine.docket-executor-1', host: '/10.0.0.1', assignment: new Map([['grants.validated', [1, 4]], ['executor.dlq', [1]]]),
  });
});

it('takes a member without assignment, and one whose assignment cannot be decoded, as one that owns nothing', () => {
  expect(member(Buffer.alloc(0)).assignment.size).toBe(0);
  expect(member(Buffer.from([0, 0, 0, 0, 0, 9, 1])).assignment.size).toBe(0);
});
