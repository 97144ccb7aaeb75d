import { Module, type DynamicModule } from '@nestjs/common';
import { LAG_COLLECTOR_PARTS, LagCollector, type LagCollectorParts } from './rounds/lag-collector.service.js';

@Module({})
export class LagCollectorModule {
  static with(parts: LagCollectorParts): DynamicModule {
    return { module: LagCollectorModule, providers: [{ provide: LAG_COLLECTOR_PARTS, useValue: parts }, LagCollector] };
  }
}
