import { loadConfig } from '@docket/config';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from './settings.js';

describe('the settings of the deadlines service', () => {
  it('need only the brokers', () => {
    expect(loadConfig(settingsSchema, { env: { KAFKA_BROKERS: 'kafka:9092' } })).toMatchObject({ lane: 'standard', kafkaBrokers: ['kafka:9092'] });
  });

  it('refuse another lane', () => {
    expect(() => loadConfig(settingsSchema, { env: { KAFKA_BROKERS: 'kafka:9092', DOCKET_LANE: 'pii' } })).toThrow(/DOCKET_LANE/);
  });
});
