import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger, type ServiceContext } from '@docket/observability';
import { ocrModule } from '../ocr/ocr.module.js';
import type { DocumentReading } from '../ocr/document-reading.js';
import type { Settings } from '../settings.js';
import type { Admission } from './admission.js';
import { admitDocuments } from './admit-documents.js';
import { parseDocumentBodies } from './document-body.js';
import { countRequests } from './http-metrics.js';
import { ProblemFilter } from './problem.filter.js';

/** Longest time for a request to arrive whole, in milliseconds; a body that trickles in holds memory meanwhile. */
const RECEIVE_MS = 120_000;

/** The HTTP interface, not listening yet. */
export async function createServer(
  { settings, logger, metrics }: Pick<ServiceContext<Settings>, 'settings' | 'logger' | 'metrics'>,
  reading: DocumentReading,
  admission: Admission,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: settings.maxBodyBytes, requestTimeout: RECEIVE_MS });
  const app = await NestFactory.create<NestFastifyApplication>(ocrModule(reading), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const server = adapter.getInstance();
  countRequests(server, metrics);
  admitDocuments(server, admission, settings.maxBodyBytes);
  parseDocumentBodies(server);
  app.useGlobalFilters(new ProblemFilter(logger));
  await app.init();
  return app;
}
