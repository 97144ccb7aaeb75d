import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { awaitTopics, TopicTable } from '@docket/stage-kafka';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { ClockTable } from './clocks/clock-table.js';
import { DeadlinesModule } from './deadlines.module.js';
import { decodeRequest } from './requests/decode-request.js';
import { settingsSchema } from './settings.js';

await runService('deadlines', () => loadConfig(settingsSchema), async (context) => {
  const runtime = await openRuntime('deadlines', context);
  const { logger } = context;
  await awaitTopics(runtime.kafka, runtime.names, ['deadlines.clocks'], () => logger.warn('waiting until the topics exist: run `docket topics apply`'));
  const clocks = new ClockTable();
  const table = new TopicTable(runtime.kafka, runtime.names, ['deadlines.clocks'], (record) => clocks.apply(record), (err) => {
    logger.fatal('the table of clocks stopped following its topic', { err });
    process.exit(1);
  });
  await table.start();
  await table.caughtUp;
  return serveStages(runtime, {
    module: { module: DeadlinesModule, providers: [{ provide: ClockTable, useValue: clocks }] },
    bindings: { deadlines: { decode: decodeRequest } },
    release: () => table.stop(),
  });
});
