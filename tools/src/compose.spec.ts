import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagesOf } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/** docker-compose.yml is written by hand; this holds it to what the services are. */
const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  restart: z.string(),
  read_only: z.boolean().default(false),
});
const composeSchema = z.looseObject({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) });

const compose = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services).map(([name, service]) => ({
  name,
  app: service.build === undefined ? undefined : /^apps\/([a-z-]+)\/Dockerfile$/.exec(service.build.dockerfile)?.[1],
  ...service,
}));
const ours = services.filter((service) => service.build !== undefined);
const deployables = readdirSync(join(root, 'apps'));

/** Environment names of the settings in an object literal: apps may not be imported, so their text is read. */
function settingsIn(block: string): string[] {
  return block.split(/^ {2}(?=\w+:|\.\.\.)/m).flatMap((field) => {
    const key = /^(\w+):/.exec(field)?.[1];
    if (key === undefined) return [];
    return /env: '(\w+)'/.exec(field)?.[1] ?? `DOCKET_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  });
}

function settingsOf(app: string): string[] {
  const path = `apps/${app}/src/settings.ts`;
  if (!existsSync(join(root, path))) return ['KAFKA_BROKERS', 'DOCKET_PREFIX'];
  const common = read('libs/config/src/common-settings.ts');
  const own = /z\.strictObject\(\{\n(.*?)^\}\)/ms.exec(read(path))?.[1] ?? '';
  const shared = [...own.matchAll(/^ {2}\.\.\.(\w+),/gm)].flatMap(([, name]) => {
    return settingsIn(new RegExp(`const ${name} = \\{\\n(.*?)^\\}`, 'ms').exec(common)?.[1] ?? '');
  });
  return [...shared, ...settingsIn(own)];
}

describe('docker-compose.yml', () => {
  it('runs every deployable from its own Dockerfile', () => {
    expect(new Set(ours.map((service) => service.app))).toEqual(new Set(deployables));
    const version = z.object({ version: z.string() }).parse(JSON.parse(read('package.json'))).version;
    for (const { name, app, image } of ours) {
      expect(existsSync(join(root, 'apps', app ?? '', 'Dockerfile')), name).toBe(true);
      expect(image).toBe(`docket/${app}:${version}`);
    }
  });

  it('sets only what a service knows', () => {
    for (const { name, app = '', environment } of ours) {
      const names = Object.keys(environment).filter((key) => /^(DOCKET_|KAFKA_BROKERS$|DATABASE_URL$)/.test(key));
      const known = settingsOf(app);
      expect(known.length, `${app}: settings found`).toBeGreaterThan(1);
      expect(names.filter((key) => !known.includes(key)), name).toEqual([]);
      expect(names.includes('KAFKA_BROKERS'), `${name}: brokers`).toBe(known.includes('KAFKA_BROKERS'));
    }
  });

  it('runs every stage of the standard and the pii lane', () => {
    const processes = ours.map(({ app, environment }) => `${app} ${environment['DOCKET_LANE'] ?? 'standard'}`);
    for (const { component, lane } of stagesOf(['standard', 'pii'])) expect(processes).toContain(`${component} ${lane}`);
  });

  it('publishes each port once, on the loopback address, to the port the service listens on', () => {
    const published = services.flatMap(({ app, ports }) => ports.map((port) => ({ app, port })));
    for (const { app, port } of published) {
      const [, inside] = /^127\.0\.0\.1:\d+:(\d+)$/.exec(port) ?? [];
      expect(inside, port).toBeDefined();
      if (app !== undefined) expect(/httpPort\((\d+)/.exec(read(`apps/${app}/src/settings.ts`))?.[1], port).toBe(inside);
    }
    const hostPorts = published.map(({ port }) => port.split(':')[1]);
    expect(new Set(hostPorts).size).toBe(hostPorts.length);
  });

  it('holds no secret but those it names development values', () => {
    expect(read('docker-compose.yml')).toMatch(/^# .*"development-only"$/m);
    for (const { name, environment } of services) {
      for (const [key, value] of Object.entries(environment)) {
        const secret = /PASSWORD|SECRET|TOKEN|_KEY$/.test(key) || /:\/\/[^/]*@/.test(String(value));
        if (secret) expect(String(value), `${name} ${key}`).toContain('development-only');
      }
    }
  });

  it('gives a container nothing that it does not need', () => {
    for (const service of services) {
      expect(service.cap_drop, service.name).toEqual(['ALL']);
      expect(service.security_opt, service.name).toEqual(['no-new-privileges:true']);
      expect(service.mem_limit, service.name).toMatch(/^\d+[mg]$/);
      expect(service.restart, service.name).toBe(service.name === 'topics' ? 'no' : 'unless-stopped');
    }
    for (const service of ours) expect(service.read_only, service.name).toBe(true);
  });

  it('writes to the one folder of an image that its user owns', () => {
    const writable = ours.flatMap(({ volumes }) => volumes).filter((volume) => !volume.endsWith(':ro'));
    for (const volume of writable) {
      const [name = '', target] = volume.split(':');
      expect(compose.volumes).toHaveProperty([name]);
      expect(target).toBe('/docket/.docket');
    }
  });

  it('sends to the funders that the executor shows as its example', () => {
    const example = read('apps/executor/src/funders/funders.example.yaml').replaceAll('127.0.0.1:8091', 'funder-simulator:8091');
    expect(parse(read('deploy/compose/funders.yaml'))).toEqual(parse(example));
  });
});
