import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { createConnector } from './connectors/create-connector.js';
import { EnvFileCredentials } from './credentials/env-file-credentials.js';
import { ExecutorModule } from './executor.module.js';
import { FunderAccess } from './funders/funder-access.js';
import { loadFunderRegistry } from './funders/load-funder-registry.js';
import { followQuotas } from './limits/follow-quotas.js';
import { QuotaCounts } from './limits/quota-counts.js';
import { settingsSchema } from './settings.js';
import { FUNDERS, MAX_ATTEMPTS, METRICS } from './tokens.js';

/** Handlers at once in a task: at least, and at most. */
const LEAST_AT_ONCE = 16;
const MOST_AT_ONCE = 256;
/** A new day or month shows in the metrics without a submission. */
const TELL_MS = 30_000;

await runService('executor', () => loadConfig(settingsSchema), async (context) => {
  const { settings, metrics, clock, logger: log } = context;
  const credentials = new EnvFileCredentials({
    env: process.env, clock,
    onStale: (path) => log.error('a credential file cannot be used any more: the one before stays in force', { detail: path }),
  });
  const registry = loadFunderRegistry(settings.fundersFile, credentials, settings.handlerDeadlineMs);
  const runtime = await openRuntime('executor', context);
  const counts = new QuotaCounts(`${settings.instance}-${randomUUID()}`.replaceAll('/', '-'));
  const hasQuota = [...registry.values()].some(({ limits }) => limits.perDay !== undefined || limits.perMonth !== undefined);
  const table = hasQuota ? await followQuotas(runtime, counts) : undefined;
  const funders = new Map([...registry].map(([id, funder]) => {
    const connector = createConnector(funder, { credentials, clock, metrics, log });
    return [id, new FunderAccess(funder, connector, { counts, clock, metrics })];
  }));
  const telling = setInterval(() => { for (const { quota } of funders.values()) quota?.tell(); }, TELL_MS);
  telling.unref();
  // All funders of a task busy at once: one that is slow takes no place of another.
  const atOnce = [...funders.values()].reduce((sum, { concurrency }) => sum + concurrency, 0);
  return serveStages(runtime, {
    module: {
      module: ExecutorModule,
      providers: [
        { provide: FUNDERS, useValue: funders },
        { provide: METRICS, useValue: metrics },
        { provide: MAX_ATTEMPTS, useValue: settings.maxAttempts },
      ],
    },
    bindings: {
      executor: {
        policy: {
          concurrency: Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, atOnce)),
          handlerDeadlineMs: settings.handlerDeadlineMs, maxAttempts: settings.maxAttempts,
        },
        groupOf: (record) => record.key ?? '',
        gate: (funder, running) => funders.get(funder)?.waitMs(running) ?? 0,
      },
    },
    release: async () => {
      clearInterval(telling);
      await table?.stop();
      await Promise.all([...funders.values()].map(({ connector }) => connector.close()));
    },
  });
});
