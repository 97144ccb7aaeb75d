import type { ViteUserConfig } from 'vitest/config';
import config from './vitest.config.js';

/** Scenarios that take too long for each time: `npm run test:long`. */
const long: ViteUserConfig = { ...config, test: { ...config.test, name: 'long', include: ['**/*.long.ts'], testTimeout: 1_200_000 } };
export default long;
