import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kafkaSettings, serviceSettings, stageSettings } from './common-settings.js';
import { configReference } from './config-reference.js';
import { loadConfig } from './load-config.js';

const schema = z.strictObject({ ...serviceSettings, ...kafkaSettings, secretToken: z.string().min(8).meta({ description: 'A secret' }) });

/** A service starts with settings that are right, or says at once everything that is wrong with them. */
describe('loadConfig', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'docket-config-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes defaults, the file, and the environment above the file', () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, 'lane: pii\nadminPort: 9000\nsecretToken: from-the-file\n');
    const settings = loadConfig(schema, { env: { DOCKET_CONFIG: file, KAFKA_BROKERS: 'a:1, b:2', DOCKET_ADMIN_PORT: '9001' } });
    expect(settings).toMatchObject({ lane: 'pii', adminPort: 9001, kafkaBrokers: ['a:1', 'b:2'], secretToken: 'from-the-file', logLevel: 'info' });
  });

  it('tells every problem at once, and never a value', () => {
    const env = { DOCKET_LANE: 'secretlane', DOCKET_ADMIN_PORT: '99999', DOCKET_SECRET_TOKEN: 'hunter2', DOCKET_NO_SUCH: 'x', KAFKA_BROKERS: 'nowhere' };
    const message = (() => {
      try {
        loadConfig(schema, { env });
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    for (const name of Object.keys(env)) expect(message).toContain(name);
    for (const value of ['secretlane', 'hunter2', 'nowhere']) expect(message).not.toContain(value);
  });

  it('refuses unknown keys of the file and a file that is none', () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, 'secretToken: long-enough\nkafkaBrokers: "a:1"\nadminport: 1\n');
    expect(() => loadConfig(schema, { env: { DOCKET_CONFIG: file } })).toThrow('adminport: no such setting');
    expect(() => loadConfig(schema, { env: { DOCKET_CONFIG: join(folder, 'none') } })).toThrow('cannot be read');
  });

  it('documents every setting where it is defined', () => {
    const table = configReference(schema);
    for (const name of ['KAFKA_BROKERS', 'DOCKET_ADMIN_PORT', 'DOCKET_SECRET_TOKEN']) expect(table).toContain(name);
  });

  it('documents the default as it is written, also of what is read from a text', () => {
    const table = configReference(z.strictObject({ ...stageSettings, ...kafkaSettings }));
    expect(table).toContain('| `DOCKET_RETRY_DELAYS` | `retryDelays` | `2s,10s,1m,10m,1h` |');
    expect(table).toContain('| `DOCKET_ACCEPT_GAPS` | `acceptGaps` | `false` |');
    expect(table).toContain('| `KAFKA_BROKERS` | `kafkaBrokers` | required |');
  });
});
