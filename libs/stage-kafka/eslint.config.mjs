import base from '../../eslint.config.mjs';

/** The one place that may hold kafkajs. */
export default [...base, { files: ['**/*.ts'], rules: { 'no-restricted-imports': 'off' } }];
