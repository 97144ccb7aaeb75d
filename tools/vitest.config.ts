import { mergeConfig } from 'vitest/config';
import { unitConfig } from '../vitest.base.js';

/** The bootstrap scripts run before there is a compiler: plain JavaScript, specs included. */
export default mergeConfig(unitConfig(import.meta.dirname, 'tools'), { test: { include: ['bootstrap/**/*.spec.mjs'] } });
