import { Controller, Get, Header, Param } from '@nestjs/common';
import { ExplainProblemDocs, ListProblemsDocs } from './openapi/problems.docs.js';
import { problemOfSlug, PROBLEMS, slugOf } from './problem-catalogue.js';
import { Problem } from './problem.js';

/** The types of problems lead here. */
@Controller('problems')
export class ProblemsController {
  @Get()
  @ListProblemsDocs()
  @Header('content-type', 'text/plain; charset=utf-8')
  list(): string {
    return Object.entries(PROBLEMS).map(([code, { status, title }]) => `${status} ${slugOf(code)}: ${title}\n`).join('');
  }

  @Get(':slug')
  @ExplainProblemDocs()
  @Header('content-type', 'text/plain; charset=utf-8')
  explain(@Param('slug') slug: string): string {
    const kind = problemOfSlug(slug);
    if (!kind) throw new Problem('DOCKET_NOT_FOUND', 'There is no such problem: /problems lists all.');
    return `${kind.title} (${kind.status})\n\n${kind.text}\n`;
  }
}
