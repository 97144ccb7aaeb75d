import { laneTopic, watchedGroups } from '@docket/contracts';
import { NestLogger, type RunningService, type ServiceContext } from '@docket/observability';
import { awaitTopics, groupLag } from '@docket/stage-kafka';
import { openRuntime } from '@docket/stage-nest';
import { NestFactory } from '@nestjs/core';
import { LagCollectorModule } from './lag-collector.module.js';
import { lagRound } from './rounds/lag-round.js';
import { measuredLanes, type LagCollectorSettings } from './settings.js';

/** Waits until the topics exist, then measures until close(), which ends the rounds and then the writer. */
export async function startLagCollector(context: ServiceContext<LagCollectorSettings>): Promise<RunningService> {
  const { settings, logger, metrics, clock, health } = context;
  let measured = false;
  health.addReady('lag', () => measured);
  const { kafka, names, writer } = await openRuntime('lag-collector', context);
  const groups = watchedGroups(measuredLanes(settings));
  const topic = laneTopic(settings.lane, 'control.lag');
  await awaitTopics(kafka, names, [...new Set([topic, ...groups.flatMap((entry) => entry.topics)])], () =>
    logger.warn('waiting until the topics exist: run `docket topics apply`'),
  );

  const measure = () => groupLag(kafka, names, groups);
  const round = async () => {
    await lagRound({ measure, write: (records) => writer.write(records), topic, metrics, clock });
    measured = true;
  };
  const module = LagCollectorModule.with({ intervalMs: settings.intervalMs, round, clock, log: logger });
  const app = await NestFactory.createApplicationContext(module, { logger: new NestLogger(logger) });
  return {
    close: async () => {
      await app.close();
      await writer.close();
    },
  };
}
