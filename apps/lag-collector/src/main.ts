import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { settingsSchema } from './settings.js';
import { startLagCollector } from './start-lag-collector.js';

await runService('lag-collector', () => loadConfig(settingsSchema), startLagCollector);
