import { expect, it } from 'vitest';
import { serverProperties } from './broker-config.js';

const config = { port: 9092, controllerPort: 9093, logDir: '/data/log', metadataDir: '/data/metadata' };

it('listens on the loopback address only and never creates a topic by itself', () => {
  const lines = serverProperties(config).split('\n');
  expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093');
  expect(lines).toContain('auto.create.topics.enable=false');
});

it('keeps metadata and data apart, so that a second broker is refused before it writes', () => {
  const lines = serverProperties(config).split('\n');
  expect(lines).toContain('log.dirs=/data/log');
  expect(lines).toContain('metadata.log.dir=/data/metadata');
});

it('lets properties be overridden, each written once', () => {
  const text = serverProperties({ ...config, properties: { 'min.insync.replicas': '2', 'message.max.bytes': '1000' } });
  expect(text.match(/^min\.insync\.replicas=.*$/gm)).toEqual(['min.insync.replicas=2']);
  expect(text).toContain('message.max.bytes=1000\n');
});

it('escapes what a properties file would read otherwise', () => {
  expect(serverProperties({ ...config, logDir: '/dätä/a\\b' })).toContain('log.dirs=/d\\u00e4t\\u00e4/a\\\\b\n');
});
