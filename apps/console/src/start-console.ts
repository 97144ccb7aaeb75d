import { DocketError } from '@docket/contracts';
import type { RunningService, ServiceContext } from '@docket/observability';
import { awaitTopics } from '@docket/stage-kafka';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { ConsoleModule } from './console.module.js';
import { openDatabase } from './database/open-database.js';
import { createApp } from './http/create-app.js';
import { alignGroup } from './projector/align-group.js';
import { topicDecoders } from './projector/topics.js';
import type { ConsoleSettings } from './settings.js';

const GROUP = 'console';

/** Opens the database, follows the topics of the lanes and serves pages and API. */
export async function startConsole(context: ServiceContext<ConsoleSettings>): Promise<RunningService> {
  const { settings, logger, metrics, clock } = context;
  const db = await openDatabase(settings, logger);
  try {
    const runtime = await openRuntime('console', context);
    const decoders = topicDecoders(settings.lanes);
    const topics = [...decoders.keys()];
    await awaitTopics(runtime.kafka, runtime.names, topics, () => logger.warn('waiting until the topics exist: run `docket topics apply`'));
    await alignGroup(db, { kafka: runtime.kafka, names: runtime.names, group: GROUP, topics }, clock, logger);
    const module = ConsoleModule.of(db, decoders, logger);
    return await serveStages(runtime, {
      module,
      readerGroup: GROUP,
      http: {
        create: () => createApp(module, logger, metrics, { loopbackOnly: !settings.allowUnauthenticated }),
        listen: async (app) => {
          try {
            await app.listen(settings.httpPort, settings.host);
          } catch (cause) {
            throw new DocketError('DOCKET_PORT', `${settings.host}:${settings.httpPort} cannot be opened: set DOCKET_HTTP_PORT to a free port`, { cause });
          }
        },
      },
      release: () => db.close(),
    });
  } catch (error) {
    await db.close();
    throw error;
  }
}
