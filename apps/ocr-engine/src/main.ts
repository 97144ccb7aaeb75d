import 'reflect-metadata';
import { loadConfig } from '@docket/config';
import { runService } from '@docket/observability';
import { settingsSchema } from './settings.js';
import { startEngine } from './start-engine.js';

await runService('ocr-engine', () => loadConfig(settingsSchema), startEngine);
