import { DocketError } from '@docket/contracts';
import type { RunningService, ServiceContext } from '@docket/observability';
import { engineVersion } from './engine-version.js';
import { Admission } from './http/admission.js';
import { createServer } from './http/server.js';
import { DocumentReading } from './ocr/document-reading.js';
import { pageMetrics } from './ocr/page-observer.js';
import { WorkerPool } from './pool/worker-pool.js';
import type { PageReader } from './reader/page-reader.js';
import { ThreadReader } from './reader/thread-reader.js';
import type { Settings } from './settings.js';

/** Time that documents in work get at shutdown, in milliseconds; what is not done then is answered with 503. */
const DRAIN_MS = 10_000;

/** Loads the workers, then listens. Throws where a worker cannot load or the port cannot be had. */
export async function startEngine(context: ServiceContext<Settings>): Promise<RunningService> {
  const { settings, logger, metrics, health, clock } = context;
  const engine = engineVersion();
  const pool = new WorkerPool<PageReader>({
    size: settings.workers,
    timeoutMs: settings.pageTimeoutMs,
    start: (signal) => ThreadReader.start({ maxPixels: settings.maxPixels }, signal),
    clock,
    onFailure: (err) => logger.warn('worker replaced', { err }),
  });
  const admission = new Admission(settings, () => pool.waiting);
  const observer = pageMetrics(metrics, engine.name);
  const reading = new DocumentReading(pool, {
    engine,
    maxPages: settings.maxPages,
    observer: {
      pageRead: (page) => {
        admission.pageTook(page.ms);
        observer.pageRead(page);
      },
      pageFailed: () => observer.pageFailed(),
    },
  });

  health.addReady('workers', () => pool.ready);
  await pool.start();
  const app = await createServer(context, reading, admission);
  try {
    await app.listen(settings.httpPort, settings.httpHost);
  } catch (cause) {
    await pool.close();
    throw new DocketError('DOCKET_PORT', `port ${settings.httpPort} cannot be opened: set DOCKET_HTTP_PORT to a free one`, { cause });
  }
  return {
    close: async () => {
      await admission.close(clock, DRAIN_MS);
      await pool.close();
      await app.close();
    },
  };
}
