import { laneTopic, watchedGroups } from '@docket/contracts';
import { NestLogger, type RunningService, type ServiceContext } from '@docket/observability';
import { awaitTopics, groupLag, keptAdmin, partitionEnds, partitionEndsAt } from '@docket/stage-kafka';
import { openRuntime } from '@docket/stage-nest';
import { NestFactory } from '@nestjs/core';
import { LagCollectorModule } from './lag-collector.module.js';
import { LagView } from './lag/lag-view.js';
import { endRound } from './rounds/end-round.js';
import { lagRound } from './rounds/lag-round.js';
import { measuredLanes, type LagCollectorSettings } from './settings.js';

/** A lag in seconds is right to within this. */
const ENDS_EVERY_MS = 1_000;

/** Waits until the topics exist, then measures until close(), which ends the rounds and then the writer. */
export async function startLagCollector(context: ServiceContext<LagCollectorSettings>): Promise<RunningService> {
  const { settings, logger, metrics, clock, health } = context;
  let measured = false;
  health.addReady('lag', () => measured);
  const { kafka, names, writer } = await openRuntime('lag-collector', context);
  const groups = watchedGroups(measuredLanes(settings));
  const topic = laneTopic(settings.lane, 'control.lag');
  const read = [...new Set(groups.flatMap((entry) => entry.topics))];
  await awaitTopics(kafka, names, [...new Set([topic, ...read])], () =>
    logger.warn('waiting until the topics exist: run `docket topics apply`'),
  );

  const view = new LagView();
  const admin = keptAdmin(kafka);
  const noteEnds = endRound({ ends: () => partitionEnds(admin, names, read), endsAt: (time) => partitionEndsAt(admin, names, read, time), view, clock });
  const measure = () => groupLag(admin, names, groups);
  const measureLag = async () => {
    await lagRound({ measure, write: (records) => writer.write(records), view, topic, metrics, clock });
    measured = true;
  };
  const rounds = [{ intervalMs: ENDS_EVERY_MS, run: noteEnds }, { intervalMs: settings.intervalMs, run: measureLag }];
  const module = LagCollectorModule.with({ rounds, clock, log: logger });
  const app = await NestFactory.createApplicationContext(module, { logger: new NestLogger(logger) });
  return {
    close: async () => {
      await app.close();
      await admin.close();
      await writer.close();
    },
  };
}
