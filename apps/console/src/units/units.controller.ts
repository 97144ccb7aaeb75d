import { OUTCOMES } from '@docket/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { externalId, parse, uuid } from '../http/parse.js';
import { unknown } from '../http/problem.js';
import { OverviewQueries } from '../overview/overview.queries.js';
import { OPEN_STATES } from '../projector/fact.js';
import { PAGE_LIMIT, UnitQueries, type Timeline, type UnitPage } from './unit.queries.js';
import type { UnitView } from './unit.view.js';

const idParams = z.strictObject({ id: uuid });
const noQuery = z.strictObject({});
const listQuery = z.strictObject({
  batch: uuid.optional(),
  request: externalId.optional(),
  state: z.enum([...OPEN_STATES, ...OUTCOMES], 'is no state').optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `must be a number from 1 to ${PAGE_LIMIT}`)
    .transform(Number)
    .pipe(z.number().min(1).max(PAGE_LIMIT))
    .default(50),
  cursor: z.string().max(500).optional(),
});

type AsOf = { readonly asOf: string | null };

@Controller('api/v1/units')
export class UnitsController {
  constructor(private readonly units: UnitQueries, private readonly overview: OverviewQueries) {}

  @Get()
  async list(@Query() query: unknown): Promise<UnitPage & AsOf> {
    const { limit, cursor, ...filter } = parse(listQuery, query);
    const asOf = await this.overview.asOf();
    return { ...(await this.units.page(filter, limit, cursor)), asOf };
  }

  @Get(':id')
  async show(@Param() params: unknown, @Query() query: unknown): Promise<UnitView & Timeline & AsOf> {
    parse(noQuery, query);
    const { id } = parse(idParams, params);
    const asOf = await this.overview.asOf();
    const unit = await this.units.find(id);
    if (!unit) throw unknown('unit');
    return { ...unit, ...(await this.units.timeline(id)), asOf };
  }
}
