import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { settingsSchema } from './settings.js';
import { startSimulator } from './start-simulator.js';

await runService('funder-simulator', () => loadConfig(settingsSchema), startSimulator);
