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
import { RecordsSubmissionsController } from './inbound/records-submissions.controller.js';
import { settingsSchema } from './settings.js';
import { INTAKE } from './tokens.js';

await runService('intake', () => loadConfig(settingsSchema), async (context) => {
  const { settings } = context;
  const authenticator = await openAuthenticator(context);
  const admission = await openAdmission(await openRuntime('intake', context));
  const { runtime } = admission;
  const door = makeFrontDoor(runtime, { authenticator, admission: admission.control });
  const sources = new Map(Object.entries(settings.sources));
  // Whoever writes to an inbound topic is no tenant's front door, whatever its records say.
  const upstream = (source: string) => sources.get(source);
  const http = (source: string) => authenticator.tenantOfSource(source);
  const records = [RecordsInboundController, RecordsSubmissionsController];
  const stages = settings.lane === 'standard' ? [GrantsInboundController, GrantsSubmissionsController, ...records] : records;
  const module = httpModule(door, stages, [{ provide: INTAKE, useValue: runtime }]);
  const outcomes = followOutcomes(runtime, door.replays);
  return serveStages(runtime, {
    module,
    bindings: {
      'intake.grants.http': { decode: readInbound('grant', http) },
      'intake.grants': { decode: readInbound('grant', upstream), ...admission.gate('grant') },
      [`intake.records.${settings.lane}.http`]: { decode: readInbound('record', http) },
      [`intake.records.${settings.lane}`]: { decode: readInbound('record', upstream), ...admission.gate('record') },
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
