import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { createConnector } from './connectors/create-connector.js';
import { ExecutorModule } from './executor.module.js';
import { loadFunderRegistry } from './funders/load-funder-registry.js';
import { settingsSchema } from './settings.js';
import { CONNECTORS } from './tokens.js';

await runService('executor', () => loadConfig(settingsSchema), async (context) => {
  const { settings, metrics, clock } = context;
  const funders = loadFunderRegistry(settings.fundersFile);
  const runtime = await openRuntime('executor', context);
  const connectors = new Map([...funders].map(([id, funder]) => [id, createConnector({ funder, metrics, clock })]));
  return serveStages(runtime, {
    module: { module: ExecutorModule, providers: [{ provide: CONNECTORS, useValue: connectors }] },
    bindings: {
      executor: {
        policy: { handlerDeadlineMs: settings.handlerDeadlineMs, maxAttempts: settings.maxAttempts },
        groupOf: (record) => record.key ?? '',
      },
    },
    release: async () => {
      await Promise.all([...connectors.values()].map((connector) => connector.close()));
    },
  });
});
