import { Controller, Get, Header, Param } from '@nestjs/common';
import { z } from 'zod';
import { parse, uuid } from '../http/parse.js';
import { unknown } from '../http/problem.js';
import { OverviewQueries } from '../overview/overview.queries.js';
import { UnitQueries } from '../units/unit.queries.js';
import { overviewPage } from './overview.page.js';
import { unitPage } from './unit.page.js';

const NEWEST = 50;
const HTML = 'text/html; charset=utf-8';
const idParams = z.strictObject({ id: uuid });

@Controller()
export class PagesController {
  constructor(private readonly units: UnitQueries, private readonly overview: OverviewQueries) {}

  @Get()
  @Header('content-type', HTML)
  async home(): Promise<string> {
    const asOf = await this.overview.asOf();
    const { units } = await this.units.page({}, NEWEST);
    return overviewPage(await this.overview.counts(), units, asOf);
  }

  @Get('units/:id')
  @Header('content-type', HTML)
  async unit(@Param() params: unknown): Promise<string> {
    const { id } = parse(idParams, params);
    const asOf = await this.overview.asOf();
    const unit = await this.units.find(id);
    if (!unit) throw unknown('unit');
    return unitPage(unit, await this.units.timeline(id), asOf);
  }
}
