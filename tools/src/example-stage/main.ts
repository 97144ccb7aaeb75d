import 'reflect-metadata';
import { kafkaSettings, loadConfig, serviceSettings, stageSettings } from '@docket/config';
import { stageTopics } from '@docket/contracts';
import { runService } from '@docket/observability';
import { eventDecoder } from '@docket/stage';
import { applyTopics } from '@docket/stage-kafka';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { z } from 'zod';
import { LETTERS } from './letters.catalogue.js';
import { LettersModule } from './letters.module.js';

const settings = z.strictObject({ ...serviceSettings, ...kafkaSettings, ...stageSettings });

await runService('letters', () => loadConfig(settings), async (context) => {
  const runtime = await openRuntime('letters', context);
  await applyTopics(runtime.kafka, runtime.names, stageTopics(LETTERS, { partitions: 6, replication: 1 }), 1);
  return serveStages(runtime, { module: { module: LettersModule }, stages: [LETTERS], bindings: { letters: { decode: eventDecoder } } });
});
