import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { FolderObjectStore } from '@docket/object-store';
import { runService } from '@docket/observability';
import { Breaker, Bulkhead } from '@docket/resilience';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { HttpOcrEngine, isEngineFailure } from './engine/http-ocr-engine.js';
import { OcrRouterModule } from './ocr-router.module.js';
import { settingsSchema } from './settings.js';
import { ENGINE, OBJECTS, READING, ROUTER } from './tokens.js';

await runService('ocr-router', () => loadConfig(settingsSchema), async (context) => {
  const { settings, metrics } = context;
  const runtime = await openRuntime('ocr-router', context);
  const breaker = new Breaker({
    target: 'ocr-engine',
    counts: isEngineFailure,
    onState: (state) => {
      for (const name of ['closed', 'open', 'half_open']) metrics.set('breaker_state', name === state ? 1 : 0, { target: 'ocr-engine', state: name });
    },
  });
  const engine = new HttpOcrEngine(settings.ocrUrl, breaker);
  return serveStages(runtime, {
    module: {
      module: OcrRouterModule,
      providers: [
        { provide: ROUTER, useValue: runtime },
        { provide: OBJECTS, useValue: new FolderObjectStore(settings.objectFolder) },
        { provide: ENGINE, useValue: engine },
        { provide: READING, useValue: new Bulkhead(settings.documentsAtOnce) },
      ],
    },
    openLanes: settings.openLanes,
    bindings: {
      [`ocr-router.${settings.lane}`]: {
        policy: {
          concurrency: settings.concurrency,
          windowRecords: 50,
          handlerDeadlineMs: settings.deadlineMs,
          maxAttempts: settings.engineAttempts + 2,
        },
      },
    },
    release: () => engine.close(),
  });
});
