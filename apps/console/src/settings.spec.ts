import { loadConfig } from '@docket/config';
import { describe, expect, it } from 'vitest';
import { checkSettings, settingsSchema } from './settings.js';

const load = (env: Record<string, string>) => checkSettings(loadConfig(settingsSchema, { env: { KAFKA_BROKERS: 'localhost:9092', ...env } }));

describe('settings of the console', () => {
  it('keep to this machine, to the lanes standard and pii, and to a folder', () => {
    expect(load({})).toMatchObject({ host: '127.0.0.1', httpPort: 8085, lanes: ['standard', 'pii'], dataDir: './.docket/console', allowUnauthenticated: false });
    expect(load({})).not.toHaveProperty('databaseUrl');
  });

  it.each(['0.0.0.0', '::', '192.0.2.10', 'console.example.org', '127.0.0.1.example.org'])('refuse to serve %s without login', (host) => {
    expect(() => load({ DOCKET_HOST: host })).toThrow(/DOCKET_ALLOW_UNAUTHENTICATED/);
    expect(load({ DOCKET_HOST: host, DOCKET_ALLOW_UNAUTHENTICATED: 'true' }).host).toBe(host);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('serve %s', (host) => {
    expect(load({ DOCKET_HOST: host }).host).toBe(host);
  });

  it('take no other words for yes', () => {
    expect(() => load({ DOCKET_ALLOW_UNAUTHENTICATED: 'yes' })).toThrow(/true or false/);
  });

  it('keep the classified lane alone', () => {
    expect(load({ DOCKET_LANES: 'classified', DOCKET_LANE: 'classified' }).lanes).toEqual(['classified']);
    expect(() => load({ DOCKET_LANES: 'standard,classified' })).toThrow(/name it alone/);
    expect(() => load({ DOCKET_LANES: 'classified' })).toThrow(/DOCKET_LANE/);
    expect(() => load({ DOCKET_LANES: 'standard', DOCKET_LANE: 'classified' })).toThrow(/DOCKET_LANE/);
    expect(() => load({ DOCKET_LANES: 'secret' })).toThrow(/DOCKET_LANES/);
  });

  it('never repeat the database address', () => {
    expect(load({ DATABASE_URL: 'postgres://example@localhost/docket' }).databaseUrl).toBeDefined();
    expect(() => load({ DATABASE_URL: 'mysql://example:hush@localhost/docket' })).toThrow(/^(?!.*hush)/s);
  });
});
