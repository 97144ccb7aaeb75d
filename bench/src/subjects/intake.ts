import { readDoorSettings } from '../intake/door-settings.js';

/** The real service, as users run it: its own main file, told by its environment. */
const { brokers, prefix, httpPort, adminPort, keysFile } = readDoorSettings(process.argv[2]);
Object.assign(process.env, {
  KAFKA_BROKERS: brokers.join(','), DOCKET_PREFIX: prefix, DOCKET_HTTP_PORT: String(httpPort), DOCKET_HTTP_HOST: '127.0.0.1', DOCKET_ADMIN_PORT: String(adminPort),
  DOCKET_ADMIN_HOST: '127.0.0.1', DOCKET_API_KEYS_FILE: keysFile, DOCKET_LOG_LEVEL: 'warn',
  // Nobody measures lag here, and admission must not decide the figures.
  DOCKET_GRANTS_CEILING: '1000000', DOCKET_GRANTS_CAPACITY: '100000000',
});
await import(new URL('../../../apps/intake/dist/main.js', import.meta.url).href);
