import { unitConfig } from '../../vitest.base.js';

export default unitConfig(import.meta.dirname, 'stage-kafka', { mocksModules: true });
