export { loadConfig, type LoadOptions } from './load-config.js';
export { configReference } from './config-reference.js';
export { kafkaSettings, serviceSettings, httpPort } from './common-settings.js';
