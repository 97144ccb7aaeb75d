import { loadConfig } from '@docket/config';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from './settings.js';

const load = (env: Record<string, string>) => loadConfig(settingsSchema, { env: { KAFKA_BROKERS: 'kafka:9092', ...env } });

describe('the settings of the auditor', () => {
  it('need only the brokers', () => {
    expect(load({})).toMatchObject({ lane: 'standard', rememberedEvents: 100_000 });
  });

  it('refuse a lane that has no log of its own', () => {
    expect(() => load({ DOCKET_LANE: 'pii' })).toThrow(/DOCKET_LANE/);
  });

  it('bound what is remembered', () => {
    expect(() => load({ DOCKET_REMEMBERED_EVENTS: '0' })).toThrow(/DOCKET_REMEMBERED_EVENTS/);
  });
});
