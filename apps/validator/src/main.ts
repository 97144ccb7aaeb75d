import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { currencyRegistryVersion, spendableCurrencies, useCurrencyRegistry } from '@docket/contracts';
import { runService } from '@docket/observability';
import { awaitTopics, TopicTable } from '@docket/stage-kafka';
import { openRuntime, serveStages } from '@docket/stage-nest';
import { FormChecker } from './forms/form-checker.js';
import { GrantRules } from './grants/grant-rules.js';
import { GrantsController } from './grants/grants.controller.js';
import { loadCurrencyRegistry } from './grants/load-currency-registry.js';
import { CustodyTable } from './records/custody-table.js';
import { RecordsController } from './records/records.controller.js';
import { settingsSchema } from './settings.js';
import { VALIDATOR } from './tokens.js';
import { ValidatorModule } from './validator.module.js';

const CUSTODY_TOPIC = 'records.custody';

await runService('validator', () => loadConfig(settingsSchema), async (context) => {
  const { logger, settings } = context;
  if (settings.currencyFile !== undefined) useCurrencyRegistry(loadCurrencyRegistry(settings.currencyFile));
  logger.info(`currencies by the registry of ${currencyRegistryVersion()}`, { count: spendableCurrencies().length });
  const runtime = await openRuntime('validator', context);
  const custody = new CustodyTable(({ topic, partition, offset }) =>
    logger.error('a custody record cannot be read and was passed over', { topic, partition, offset: String(offset) }),
  );
  await awaitTopics(runtime.kafka, runtime.names, [CUSTODY_TOPIC], () => logger.warn('waiting until the topics exist: run `docket topics apply`'));
  const table = new TopicTable(runtime.kafka, runtime.names, [CUSTODY_TOPIC], (record) => custody.apply(record), (err) => {
    logger.fatal('the custody table stopped following its topic', { err });
    process.exit(1);
  });
  await table.start();
  // A manifest judged before its custody record is read would be quarantined for nothing.
  await table.caughtUp;
  logger.info('custody table restored', { count: custody.size });

  const module = {
    module: ValidatorModule,
    controllers: settings.lane === 'standard' ? [GrantsController, RecordsController] : [RecordsController],
    providers: [
      { provide: CustodyTable, useValue: custody }, { provide: VALIDATOR, useValue: runtime }, { provide: FormChecker, useValue: new FormChecker() }, GrantRules,
    ],
  };
  return serveStages(runtime, { module, openLanes: settings.openLanes, release: () => table.stop() });
});
