import { parseStrictJson } from '@docket/contracts';
import { NestLogger, type Logger, type Metrics } from '@docket/observability';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SimulatorModule } from '../simulator.module.js';
import type { SimulatorParts } from '../simulator.parts.js';
import { RefusalFilter } from './refusal.filter.js';
import { recordHttpMetrics } from './http-metrics.js';

const BODY_LIMIT = 1_048_576;

/** The HTTP interface, not yet listening. */
export async function createApp(parts: SimulatorParts, logger: Logger, metrics: Metrics): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, requestTimeout: 30_000 });
  const app = await NestFactory.create<NestFastifyApplication>(SimulatorModule.of(parts), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  // JSON only, parsed as strictly as Docket's own; an empty body, as of submit, is none.
  adapter.getInstance().removeAllContentTypeParsers();
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT }, (_request: unknown, body: Buffer, done: Done) => {
    try {
      done(null, body.length === 0 ? undefined : parseStrictJson(body));
    } catch (error) {
      done(error instanceof Error ? error : new Error('bad body'));
    }
  });
  app.useGlobalFilters(new RefusalFilter(logger));
  recordHttpMetrics(app, metrics);
  return app;
}

type Done = (error: Error | null, body?: unknown) => void;
