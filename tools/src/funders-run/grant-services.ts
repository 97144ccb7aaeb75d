import { serviceWaves, type Install } from '../start/services.js';
import type { ServiceSpec } from '../supervisor/service.js';

/** The services that a grant passes; each runs twice, and is killed. */
const STAGES = ['intake', 'validator', 'executor'] as const;
const INSTANCES = 2;
/** Once each, and left alone: the funders are the world outside, and the collector decides nothing about a grant. */
const BESIDE = ['funder-simulator', 'lag-collector'] as const;

export interface GrantServices {
  /** To be started first. */
  readonly beside: readonly ServiceSpec[];
  readonly stages: readonly ServiceSpec[];
  /** Front doors. */
  readonly intakeUrls: readonly string[];
}

export interface GrantServicesOptions {
  readonly install: Install;
  /** Free ports: one for the metrics of each service, one more for each intake. */
  readonly ports: readonly number[];
  /** By service, added to what `npm start` gives it. */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How many ports grantServices takes. */
export const PORTS = BESIDE.length + STAGES.length * INSTANCES + INSTANCES;

/** The services of `npm start` that a grant needs, as it configures them, the stages twice. */
export function grantServices({ install, ports, env }: GrantServicesOptions): GrantServices {
  const left = [...ports];
  const port = () => left.pop() ?? 0;
  const specs = new Map(serviceWaves(install).flat().map((spec) => [spec.name, spec]));
  const like = (service: string, name: string, extra: Readonly<Record<string, string>> = {}): ServiceSpec => {
    const spec = specs.get(service);
    if (!spec) throw new RangeError(`no service ${service}`);
    const adminPort = port();
    return { ...spec, name, adminPort, env: { ...spec.env, ...env[service], ...extra, DOCKET_INSTANCE: name, DOCKET_ADMIN_PORT: String(adminPort) } };
  };
  const doors = Array.from({ length: INSTANCES }, port);
  const stages = STAGES.flatMap((service) =>
    doors.map((door, index) => like(service, `${service}-${index + 1}`, service === 'intake' ? { DOCKET_HTTP_PORT: String(door) } : {})));
  return { beside: BESIDE.map((service) => like(service, service)), stages, intakeUrls: doors.map((door) => `http://127.0.0.1:${door}`) };
}

/** What services get of this process's environment: none of its settings, which are each service's own. */
export function serviceEnvironment(from: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const ours = new Set(['KAFKA_BROKERS', 'DATABASE_URL', 'NODE_COMPILE_CACHE']);
  const kept = Object.entries(from).filter(([name, value]) => value !== undefined && !name.startsWith('DOCKET_') && !ours.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}
