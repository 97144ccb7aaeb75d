import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { openAdmission } from './admission/open-admission.js';
import { openAuthenticator } from './auth/open-authenticator.js';
import { createHttpApp } from './http/create-app.js';
import { followOutcomes } from './http/follow-outcomes.js';
import { makeFrontDoor } from './http/front-door.js';
import { httpModule } from './http/http-module.js';
import { GrantsInboundController } from './inbound/grants-inbound.controller.js';
import { GrantsSubmissionsController } from './inbound/grants-submissions.controller.js';
import { readInbound } from './inbound/read-inbound.js';
import { RecordsInboundController } from './inbound/records-inbound.controller.js';
import { settingsSchema } from './settings.js';
import { INTAKE } from './tokens.js';

await runService('intake', () => loadConfig(settingsSchema), async (context) => {
  const { settings } = context;
  const authenticator = await openAuthenticator(context);
  const admission = await openAdmission(await openRuntime('intake', context));
  const { runtime } = admission;
  const door = makeFrontDoor(runtime, { authenticator, admission: admission.control });
  const sources = new Map(Object.entries(settings.sources));
  const tenantOf = (source: string) => sources.get(source) ?? authenticator.tenantOfSource(source);
  const stages = settings.lane === 'standard' ? [GrantsInboundController, GrantsSubmissionsController, RecordsInboundController] : [RecordsInboundController];
  const module = httpModule(door, stages, [{ provide: INTAKE, useValue: runtime }]);
  const outcomes = followOutcomes(runtime, door.replays);
  return serveStages(runtime, {
    module,
    bindings: {
      'intake.grants.http': { decode: readInbound('grant', tenantOf) },
      'intake.grants': { decode: readInbound('grant', tenantOf), ...admission.gate('grant') },
      [`intake.records.${settings.lane}`]: { decode: readInbound('record', tenantOf), ...admission.gate('record') },
    },
    release: async () => {
      authenticator.stop();
      await outcomes.stop();
      await admission.stop();
    },
    http: {
      create: (logger) => createHttpApp(module, door, logger),
      listen: async (app) => {
        await app.listen(settings.httpPort, settings.httpHost);
      },
    },
  });
});
