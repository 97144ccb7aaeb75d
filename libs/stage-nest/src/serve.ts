import { NestLogger, type RunningService } from '@docket/observability';
import type { DynamicModule, INestApplication, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { Runtime } from './runtime.js';
import { StageServer, type StageServerOptions } from './stage-server.js';

export interface ServeOptions extends Omit<StageServerOptions, 'runtime'> {
  readonly module: DynamicModule;
  /** For a service that also has an HTTP interface: makes the application and opens its port when told to. */
  readonly http?: {
    create(logger: NestLogger): Promise<INestApplication>;
    listen(app: INestApplication): Promise<void>;
  };
  /** Released after the handlers have drained, before the writer closes. */
  readonly release?: () => Promise<void>;
}

/**
 * Starts a service's handlers and, where it has one, its HTTP interface. close() drains the handlers while HTTP
 * still answers, then ends HTTP, then what the service holds, and the writer last.
 */
export async function serveStages(runtime: Runtime, options: ServeOptions): Promise<RunningService> {
  const logger = new NestLogger(runtime.context.logger);
  const server = new StageServer({ runtime, ...options });
  let app: INestApplication | INestMicroservice;
  if (options.http) {
    const web = await options.http.create(logger);
    web.connectMicroservice<MicroserviceOptions>({ strategy: server }, { inheritAppConfig: false });
    await web.init();
    await web.startAllMicroservices();
    await options.http.listen(web);
    app = web;
  } else {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(options.module, { strategy: server, logger });
    await service.listen();
    app = service;
  }
  return {
    close: async () => {
      await server.close();
      await app.close();
      await options.release?.();
      await runtime.writer.close();
    },
  };
}
