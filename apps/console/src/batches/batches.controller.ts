import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { parse, uuid } from '../http/parse.js';
import { unknown } from '../http/problem.js';
import { OverviewQueries } from '../overview/overview.queries.js';
import { UnitQueries, type StateCounts, type UnitPage } from '../units/unit.queries.js';

const idParams = z.strictObject({ id: uuid });
const noQuery = z.strictObject({});

export interface BatchView extends UnitPage {
  /** Batch trace id. */
  readonly id: string;
  readonly total: number;
  readonly states: StateCounts;
  readonly asOf: string | null;
}

@Controller('api/v1/batches')
export class BatchesController {
  constructor(private readonly units: UnitQueries, private readonly overview: OverviewQueries) {}

  /** The first page of the batch's units; `next` goes on at /units?batch=. */
  @Get(':id')
  async show(@Param() params: unknown, @Query() query: unknown): Promise<BatchView> {
    parse(noQuery, query);
    const { id } = parse(idParams, params);
    const asOf = await this.overview.asOf();
    const states = await this.units.states({ batch: id });
    const total = Object.values(states).reduce((sum, n) => sum + n, 0);
    if (total === 0) throw unknown('batch');
    return { id, total, states, ...(await this.units.page({ batch: id })), asOf };
  }
}
