import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { openAdmission } from './admission/open-admission.js';
import { BatchesController } from './http/batches.controller.js';
import { createHttpApp } from './http/create-app.js';
import { SubmissionsController } from './http/submissions.controller.js';
import { GrantsInboundController } from './inbound/grants-inbound.controller.js';
import { readInbound } from './inbound/read-inbound.js';
import { RecordsInboundController } from './inbound/records-inbound.controller.js';
import { IntakeModule } from './intake.module.js';
import { settingsSchema } from './settings.js';
import { INTAKE } from './tokens.js';

await runService('intake', () => loadConfig(settingsSchema), async (context) => {
  const { settings } = context;
  const admission = await openAdmission(await openRuntime('intake', context));
  const { runtime } = admission;
  const sources = new Map([...Object.entries(settings.sources), [`/tenants/${settings.httpTenant}/http`, settings.httpTenant]]);
  const grants = settings.lane === 'standard' ? [GrantsInboundController, SubmissionsController] : [];
  const module = {
    module: IntakeModule,
    controllers: [...grants, RecordsInboundController, BatchesController],
    providers: [{ provide: INTAKE, useValue: runtime }],
  };
  return serveStages(runtime, {
    module,
    bindings: {
      'intake.grants': { decode: readInbound('grant', sources), ...admission.gate('grant') },
      [`intake.records.${settings.lane}`]: { decode: readInbound('record', sources), ...admission.gate('record') },
    },
    release: () => admission.stop(),
    http: {
      create: (logger) => createHttpApp(module, runtime, logger),
      listen: async (app) => {
        await app.listen(settings.httpPort, settings.httpHost);
      },
    },
  });
});
