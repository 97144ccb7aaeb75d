import { loadConfig } from '@docket/config';
import { describe, expect, it } from 'vitest';
import { measuredLanes, settingsSchema } from './settings.js';

const load = (env: Record<string, string>) => loadConfig(settingsSchema, { env: { KAFKA_BROKERS: 'kafka:9092', ...env } });

describe('the settings of the lag collector', () => {
  it('need only the brokers', () => {
    expect(load({})).toMatchObject({ intervalMs: 5_000, lane: 'standard', lanes: ['standard', 'pii'] });
  });

  it('take lanes separated by commas, each once', () => {
    expect(load({ DOCKET_LANES: 'standard, standard' }).lanes).toEqual(['standard']);
  });

  it('never measure the classified lane together with others', () => {
    expect(measuredLanes(load({ DOCKET_LANE: 'classified' }))).toEqual(['classified']);
    expect(measuredLanes(load({}))).toEqual(['standard', 'pii']);
    expect(() => load({ DOCKET_LANES: 'standard,classified' })).toThrow(/DOCKET_LANES/);
  });

  it('refuse an interval below a second', () => {
    expect(() => load({ DOCKET_INTERVAL_MS: '10' })).toThrow(/DOCKET_INTERVAL_MS/);
  });
});
