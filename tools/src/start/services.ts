import { join } from 'node:path';
import type { PortNeed } from '../ports.js';
import type { ServiceSpec } from '../supervisor/service.js';

/** Ports of one install on this machine. */
export interface Ports {
  readonly kafka: number;
  readonly intake: number;
  readonly intakePii: number;
  readonly console: number;
  readonly ocrEngine: number;
  readonly funders: number;
  /** The services' metrics and health: from this port on. */
  readonly admin: number;
}

export function portsFrom(offset: number): Ports {
  return {
    kafka: 9092 + offset, intake: 8080 + offset, intakePii: 8081 + offset, console: 8085 + offset, ocrEngine: 8090 + offset,
    funders: 8091 + offset, admin: 9464 + offset,
  };
}

/** Tenant of each source that may write to the inbound topics here. */
export const SOURCES: Readonly<Record<string, string>> = {
  '/tenants/county-grants/sync': 'county-grants',
  '/tenants/city-records/repository': 'city-records',
};

export interface Install {
  readonly root: string;
  readonly data: string;
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly ports: Ports;
  readonly fundersFile: string;
}

/** The services in waves: what is called by others comes first, and ends last. */
export function serviceWaves({ root, data, brokers, prefix, ports, fundersFile }: Install): ServiceSpec[][] {
  let admin = ports.admin;
  const service = (name: string, app: string, env: Readonly<Record<string, string | number>>, onKafka = true): ServiceSpec => {
    const adminPort = admin++;
    const all = {
      DOCKET_INSTANCE: name, DOCKET_ADMIN_PORT: adminPort, DOCKET_ADMIN_HOST: '127.0.0.1',
      ...(onKafka && { KAFKA_BROKERS: brokers.join(','), DOCKET_PREFIX: prefix }),
      ...env,
    };
    return {
      name,
      adminPort,
      entry: join(root, 'apps', app, 'dist', 'main.js'),
      env: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)])),
    };
  };
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const objects = join(data, 'objects');
  const sources = Object.entries(SOURCES).map(([source, tenant]) => `${source}=${tenant}`).join(',');
  const stages = { DOCKET_RETRY_DELAYS: RETRY_DELAYS };
  // Reached from this machine only.
  const intake = { ...stages, DOCKET_HTTP_HOST: '127.0.0.1', DOCKET_HTTP_AUTH: 'off', DOCKET_SOURCES: sources, DOCKET_STATUS_URL: `${url(ports.console)}/api/v1` };
  const router = { ...stages, DOCKET_OCR_URL: url(ports.ocrEngine), DOCKET_OBJECT_FOLDER: objects };
  return [
    [
      service('ocr-engine', 'ocr-engine', { DOCKET_HTTP_PORT: ports.ocrEngine, DOCKET_HTTP_HOST: '127.0.0.1', DOCKET_WORKERS: 2 }, false),
      service('funder-simulator', 'funder-simulator', { DOCKET_HTTP_PORT: ports.funders, DOCKET_JOURNAL_FILE: join(data, 'funder-simulator.jsonl') }, false),
      service('auditor', 'auditor', {}),
      service('console', 'console', { DOCKET_HTTP_PORT: ports.console, DOCKET_DATA_DIR: join(data, 'console') }),
      service('lag-collector', 'lag-collector', { DOCKET_INTERVAL_MS: 1000 }),
    ],
    [
      service('deadlines', 'deadlines', stages),
      service('executor', 'executor', { ...stages, DOCKET_FUNDERS_FILE: fundersFile, ...FUNDER_KEYS }),
      service('ocr-router', 'ocr-router', router),
      service('ocr-router-pii', 'ocr-router', { ...router, DOCKET_LANE: 'pii' }),
      service('validator', 'validator', stages),
      service('validator-pii', 'validator', { ...stages, DOCKET_LANE: 'pii' }),
      service('intake', 'intake', { ...intake, DOCKET_HTTP_PORT: ports.intake, DOCKET_HTTP_TENANT: 'county-grants' }),
      service('intake-pii', 'intake', { ...intake, DOCKET_HTTP_PORT: ports.intakePii, DOCKET_HTTP_TENANT: 'city-records', DOCKET_LANE: 'pii' }),
    ],
  ];
}

/** Of the retry topics: short, so that a sample that fails first ends within seconds. */
const RETRY_DELAYS = '200ms,1s,5s,10s,30s';

/** The simulator's own keys: they open nothing else. */
const FUNDER_KEYS = {
  FUNDER_STEADY_API_KEY: 'development-only-steady',
  FUNDER_THROTTLING_API_KEY: 'development-only-throttling',
  FUNDER_RECOVERING_API_KEY: 'development-only-recovering',
};

export function portNeeds(ports: Ports, services: readonly ServiceSpec[], ownKafka: boolean): PortNeed[] {
  const change = 'npm start -- --port-offset N (beside another Docket also --data DIR)';
  const need = (port: number, usedFor: string): PortNeed => ({ port, usedFor, change });
  return [
    ...(ownKafka ? [need(ports.kafka, 'Kafka')] : []),
    need(ports.intake, 'intake'), need(ports.intakePii, 'intake of the pii lane'), need(ports.console, 'console'),
    need(ports.ocrEngine, 'OCR engine'), need(ports.funders, 'funder simulator'),
    ...services.map((service) => need(service.adminPort, `metrics of ${service.name}`)),
  ];
}
