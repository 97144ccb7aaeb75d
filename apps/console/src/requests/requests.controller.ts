import type { DeadlineClock } from '@docket/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { externalId, parse } from '../http/parse.js';
import { unknown } from '../http/problem.js';
import { OverviewQueries } from '../overview/overview.queries.js';
import { UnitQueries, type StateCounts } from '../units/unit.queries.js';
import type { UnitView } from '../units/unit.view.js';
import { RequestQueries } from './request.queries.js';

const idParams = z.strictObject({ id: externalId });
const noQuery = z.strictObject({});

export interface RequestView {
  readonly id: string;
  readonly clock: DeadlineClock | null;
  readonly total: number;
  readonly states: StateCounts;
  /** One unit a document, newest receipt first. */
  readonly documents: readonly UnitView[];
  readonly next: string | null;
  readonly asOf: string | null;
}

@Controller('api/v1/requests')
export class RequestsController {
  constructor(
    private readonly requests: RequestQueries,
    private readonly units: UnitQueries,
    private readonly overview: OverviewQueries,
  ) {}

  /** The first page of the request's documents; `next` goes on at /units?request=. */
  @Get(':id')
  async show(@Param() params: unknown, @Query() query: unknown): Promise<RequestView> {
    parse(noQuery, query);
    const { id } = parse(idParams, params);
    const asOf = await this.overview.asOf();
    const clock = await this.requests.clock(id);
    const states = await this.units.states({ request: id });
    const total = Object.values(states).reduce((sum, n) => sum + n, 0);
    if (total === 0 && clock === null) throw unknown('request');
    const { units, next } = await this.units.page({ request: id });
    return { id, clock, total, states, documents: units, next, asOf };
  }
}
