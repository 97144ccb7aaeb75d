import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { parse } from '../http/parse.js';
import { OverviewQueries, type OverviewView } from './overview.queries.js';

const noQuery = z.strictObject({});

@Controller('api/v1/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewQueries) {}

  @Get()
  async show(@Query() query: unknown): Promise<OverviewView & { asOf: string | null }> {
    parse(noQuery, query);
    const asOf = await this.overview.asOf();
    return { ...(await this.overview.counts()), asOf };
  }
}
