import { canonicalJson, correlationId, payloadDigest, type WorkUnit } from '@docket/contracts';
import { grantBodies } from '../intake/grant-bodies.js';

/** What a subject of the validator bench is told, and the line that it ends with. */
export interface ValidatorLoad {
  readonly warmUp: number;
  readonly units: number;
}
export interface ValidatorResult {
  readonly seconds: number;
}

/** The bytes of work units as intake writes them, for valid grants of 1 to 2 KB. */
export function workUnits(): Buffer[] {
  return grantBodies().map((body, index) => {
    const payload: unknown = JSON.parse(body.toString());
    const id = correlationId('bench', '/tenants/bench/http', `bench-${index}`, canonicalJson(index));
    const unit: WorkUnit = { correlationId: id, batchTraceId: id, tenant: 'bench', kind: 'grant', receivedAt: '2026-11-20T00:00:00.000Z', digest: payloadDigest(payload), payload };
    return Buffer.from(JSON.stringify(unit));
  });
}

/** Takes as many inputs as it is told in the first argument, in turn, after as many more to warm up, and says how long they took. */
export async function timeUnits<T>(inputs: readonly T[], take: (input: T) => Promise<void>): Promise<void> {
  const { warmUp, units } = JSON.parse(process.argv[2] ?? '') as ValidatorLoad;
  const run = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      const input = inputs[at % inputs.length];
      if (input !== undefined) await take(input);
    }
  };
  await run(warmUp);
  const from = performance.now();
  await run(units);
  const result: ValidatorResult = { seconds: (performance.now() - from) / 1_000 };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
