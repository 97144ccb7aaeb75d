import type { Logger } from '@docket/observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { BatchesController } from './batches/batches.controller.js';
import { DATABASE, type Database } from './database/database.port.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewQueries } from './overview/overview.queries.js';
import { PagesController } from './page/pages.controller.js';
import type { FactDecoder } from './projector/fact.js';
import { projectorController } from './projector/projector.controller.js';
import { Projector } from './projector/projector.js';
import { RequestQueries } from './requests/request.queries.js';
import { RequestsController } from './requests/requests.controller.js';
import { UnitQueries } from './units/unit.queries.js';
import { UnitsController } from './units/units.controller.js';

@Module({})
export class ConsoleModule {
  /** @param decoders what is read, by topic */
  static of(db: Database, decoders: ReadonlyMap<string, FactDecoder>, log: Logger): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [
        projectorController(decoders.keys()),
        UnitsController, BatchesController, RequestsController, OverviewController, PagesController,
      ],
      providers: [
        { provide: DATABASE, useValue: db },
        { provide: Projector, useValue: new Projector(db, decoders, log) },
        UnitQueries, OverviewQueries, RequestQueries,
      ],
    };
  }
}
