export { loadConfig, type LoadOptions } from './load-config.js';
export { configReference } from './config-reference.js';
export { kafkaSettings, serviceSettings, stageSettings, httpPort } from './common-settings.js';
