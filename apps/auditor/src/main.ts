import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { laneTopic } from '@docket/contracts';
import { runService } from '@docket/observability';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { AuditorModule } from './auditor.module.js';
import { settingsSchema } from './settings.js';

await runService('auditor', () => loadConfig(settingsSchema), async (context) => {
  const { metrics, logger: log } = context;
  const { lane, rememberedEvents } = context.settings;
  const runtime = await openRuntime('auditor', context);
  return serveStages(runtime, {
    module: AuditorModule.with(laneTopic(lane, 'audit.log'), { metrics, log, rememberedEvents }),
    // The classified lane's auditor reads another topic, so it must be in another group.
    readerGroup: lane === 'classified' ? 'auditor.classified' : 'auditor',
  });
});
