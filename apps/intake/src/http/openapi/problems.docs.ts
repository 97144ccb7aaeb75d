import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { PROBLEMS, slugOf } from '../problem-catalogue.js';
import { ANY, answer, Problems } from './describe.js';

const TEXT = { 'text/plain': { schema: { type: 'string', minLength: 1 } } };

export function ListProblemsDocs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId: 'listProblems', tags: ['problems'], summary: 'All problems', security: [] }),
    answer({ status: 200, description: 'A line each.', content: TEXT }),
    Problems(ANY),
  );
}

export function ExplainProblemDocs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId: 'explainProblem', tags: ['problems'], summary: 'What a problem means', security: [] }),
    ApiParam({ name: 'slug', schema: { type: 'string', enum: Object.keys(PROBLEMS).map(slugOf) } }),
    answer({ status: 200, description: 'For people.', content: TEXT }),
    Problems([...ANY, 'DOCKET_NOT_FOUND']),
  );
}
