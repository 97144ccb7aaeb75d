import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { checkSettings, settingsSchema } from './settings.js';
import { startConsole } from './start-console.js';

await runService('console', () => checkSettings(loadConfig(settingsSchema)), startConsole);
