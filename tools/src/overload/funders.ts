import { partitionOf } from '@docket/stage-kafka';
import { stringify } from 'yaml';

/** Key of the simulated funders: it opens nothing else. */
export const FUNDER_KEY = 'development-only-overload';
export const FUNDER_KEY_ENV = 'OVERLOAD_API_KEY';

/** More than two, so that no funder alone fills its share of a partition's window. */
const FUNDERS_A_PARTITION = 4;

/**
 * Funders of equal weight, as many on each partition of `grants.validated`, which is keyed by them: what all together take in a
 * second is then what the stages can bear, and every partition bears the same.
 */
export function chooseFunders(partitions: number): string[] {
  const found = Array.from({ length: partitions }, (): string[] => []);
  for (let number = 1; found.some((ids) => ids.length < FUNDERS_A_PARTITION); number += 1) {
    const id = `funder-${number}`;
    const ids = found[partitionOf(id, partitions)];
    if (ids && ids.length < FUNDERS_A_PARTITION) ids.push(id);
  }
  return found.flat();
}

/** For the simulator: funders without a limit of their own. */
export function simulatorFile(ids: readonly string[]): string {
  return stringify({ funders: ids.map((id) => ({ id, apiKeyEnv: FUNDER_KEY_ENV })) });
}

/** For the executor, which lets each have its part of `perSecond`. */
export function registryFile(ids: readonly string[], port: number, perSecond: number): string {
  const each = perSecond / ids.length;
  return stringify({
    funders: ids.map((id) => ({
      id, connector: 'webhook', url: `http://127.0.0.1:${port}/funders/${id}/webhook/submissions`, repeat: 'idempotency-key',
      auth: { header: 'X-API-Key', keyEnv: FUNDER_KEY_ENV }, deadlineMs: 10_000, maxConnections: 4,
      limits: { perSecond: each, burst: Math.max(1, Math.ceil(each)) },
    })),
  });
}
