import { DocketError } from '@docket/contracts';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { classifyError } from './classify-error.js';
import { CliError, EXIT } from './exit.js';

const named = (name: string, more: object = {}) => Object.assign(new Error('text'), { name, ...more });

describe('errors as exit codes', () => {
  it.each([
    ['an own error', new CliError(EXIT.notFound, 'no'), 3],
    ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', ''), 0],
    ['wrong usage', new CommanderError(1, 'commander.unknownOption', ''), 2],
    ['a broker away', named('KafkaJSConnectionError'), 8],
    ['retries used up', named('KafkaJSNumberOfRetriesExceeded'), 8],
    ['a broker away underneath', new Error('outer', { cause: named('KafkaJSConnectionError') }), 8],
    ['missing rights', named('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' }), 4],
    ['missing rights after retries', named('KafkaJSNumberOfRetriesExceeded', { cause: named('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED' }) }), 4],
    ['one of ours', new DocketError('DOCKET_TOPICS', 'no leader'), 1],
    ['anything else', new TypeError('bug'), 1],
    ['no error at all', 'text', 1],
  ])('%s', (_, error, exitCode) => {
    expect(classifyError(error).exitCode).toBe(exitCode);
  });
});
