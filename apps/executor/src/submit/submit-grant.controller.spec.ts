import { HEADER, ManualClock, payloadDigest, type WorkUnit } from '@docket/contracts';
import { testStage, type StageTest } from '@docket/stage-nest/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { FunderConnector, Receipt, RepeatCapability } from '../connectors/connector.port.js';
import { FunderError } from '../connectors/funder-error.js';
import { FunderAccess } from '../funders/funder-access.js';
import type { WebhookFunder } from '../funders/funder-registry.schema.js';
import { QuotaCounts } from '../limits/quota-counts.js';
import { FUNDERS, MAX_ATTEMPTS, METRICS } from '../tokens.js';
import { SubmitGrantController } from './submit-grant.controller.js';

const NOON = Date.UTC(2027, 4, 30, 12);
let stage: StageTest | undefined;
afterEach(() => stage?.close());

interface Bench {
  readonly stage: StageTest;
  readonly clock: ManualClock;
  readonly access: FunderAccess;
  /** Correlation ids that were submitted. */
  readonly submitted: string[];
  readonly observed: number[];
}

/** A stage with one funder, whose connector does as it is told. */
async function open(own: { limits?: Partial<WebhookFunder['limits']>; repeat?: RepeatCapability; fail?: (n: number) => Error | undefined; before?: (n: number) => Promise<void> }): Promise<Bench> {
  const clock = new ManualClock(NOON);
  const submitted: string[] = [];
  const observed: number[] = [];
  let tries = 0;
  const connector: FunderConnector = {
    capabilities: { repeat: own.repeat ?? 'idempotency-key' },
    submit: async ({ reference, commence }): Promise<Receipt> => {
      await commence();
      const n = ++tries;
      await own.before?.(n);
      const error = own.fail?.(n);
      if (error) throw error;
      submitted.push(reference);
      return { receiptId: `R-${submitted.length}`, replayed: false };
    },
    close: () => Promise.resolve(),
  };
  const funder: WebhookFunder = {
    id: 'hook', connector: 'webhook', url: 'http://127.0.0.1:1', repeat: own.repeat ?? 'idempotency-key', deadlineMs: 5_000, maxConnections: 2, limits: { timeZone: 'UTC', ...own.limits },
  };
  const access = new FunderAccess(funder, connector, { counts: new QuotaCounts('writer'), clock, metrics: { set: () => undefined } });
  const metrics = { observe: (_name: string, value: number) => void observed.push(value) };
  stage = await testStage(SubmitGrantController, {
    clock,
    providers: [{ provide: FUNDERS, useValue: new Map([['hook', access]]) }, { provide: METRICS, useValue: metrics }, { provide: MAX_ATTEMPTS, useValue: 3 }],
    binding: { policy: { maxAttempts: 3 }, groupOf: ({ key }) => key ?? '', gate: (group, running) => (group === 'hook' ? access.waitMs(running) : 0) },
  });
  return { stage, clock, access, submitted, observed };
}

function grant(n: number, funder = 'hook', more: object = {}) {
  const payload = { ...more, grantId: `GR-${n}`, applicantOrg: 'Example County', funder, requestedAmount: '1.00', currencyCode: 'USD', submissionDeadline: '2027-07-01' };
  const correlationId = `6f1d8a1c-3b7e-4c55-9d0a-${String(n).padStart(12, '0')}`;
  const unit: WorkUnit = { correlationId, batchTraceId: correlationId, tenant: 'example', kind: 'grant', receivedAt: '2027-05-30T11:00:00.000Z', digest: payloadDigest(payload), payload };
  return { key: funder, payload: unit, headers: { [HEADER.id]: correlationId, [HEADER.correlationId]: correlationId, [HEADER.orderKey]: correlationId } };
}

/** What a grant's outcome says is what happened at the funder, and what the funder may be given is never exceeded. */
describe('SubmitGrantController', () => {
  it('counts a submission against its quota in the same transaction as its outcome', async () => {
    const bench = await open({ limits: { perDay: 5 } });
    const { outcome, outputs } = await bench.stage.run(grant(1));
    expect(outcome).toMatchObject({ state: 'submitted', references: { receiptId: 'R-1', replayed: false } });
    expect(outputs.map(({ topic, key, value }) => [topic, key, String(value)])).toEqual([['executor.quotas', 'hook/2027-05-30/writer', '{"count":1}']]);
  });

  it('writes no count where there is no quota, and observes the wait for a turn', async () => {
    const bench = await open({});
    expect((await bench.stage.run(grant(1))).outputs).toEqual([]);
    expect(bench.observed).toEqual([0]);
  });

  it('parks what exceeds the quota until the next day begins, and submits it then by itself', async () => {
    const bench = await open({ limits: { perDay: 1 } });
    await bench.stage.run(grant(1));
    const { outcome, outputs, errors } = await bench.stage.run(grant(2));
    expect(outcome).toMatchObject({ state: 'parked', code: 'DOCKET_FUNDER_QUOTA' });
    expect(errors[0]).toMatchObject({ category: 'rate-limit', code: 'DOCKET_FUNDER_QUOTA' });
    expect(outputs.map(({ topic, headers }) => [topic, headers[HEADER.notBefore]])).toEqual([['executor.parked', String(Date.UTC(2027, 4, 31) + 1_000)]]);
    expect(bench.submitted).toHaveLength(1);
    for (let minute = 0; minute < 12 * 60 + 2 && bench.submitted.length < 2; minute++) {
      bench.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => bench.submitted).toEqual([grant(1), grant(2)].map(({ payload }) => payload.correlationId));
  });

  it('lets a grant wait where the rest of the quota is under way, and submits it where that fails', async () => {
    const { promise, reject } = Promise.withResolvers<undefined>();
    const refused = new FunderError('DOCKET_FUNDER_REFUSED', 'm', 'none', { kind: 'invalid' });
    const bench = await open({ limits: { perDay: 1 }, before: (n) => (n === 1 ? promise : Promise.resolve()) });
    const first = bench.stage.run(grant(1));
    await expect.poll(() => bench.access.quota?.full).toBe(true);
    const second = bench.stage.run(grant(2));
    reject(refused);
    await Promise.all([first, second]);
    await expect.poll(() => bench.submitted).toEqual([grant(2).payload.correlationId]);
  });

  it('names the requests for attachments whatever becomes of the grant', async () => {
    const lost = new FunderError('DOCKET_FUNDER_TIMEOUT', 'm', 'unknown', { kind: 'retriable' });
    const bench = await open({ repeat: 'none', limits: { perDay: 1 }, fail: (n) => (n === 1 ? lost : undefined) });
    const attachments = [{ uri: 'store://packets/a.pdf', digest: 'a'.repeat(64), mediaType: 'application/pdf' }];
    const states: unknown[] = [];
    for (const n of [1, 2, 3]) {
      const { outcome } = await bench.stage.run(grant(n, 'hook', { attachments }));
      expect(outcome?.references).toMatchObject({ extractionRequests: 1 });
      states.push(outcome?.state);
    }
    expect(states).toEqual(['in-doubt', 'submitted', 'parked']);
  });

  it('counts neither a refusal nor a throttled call', async () => {
    const errors = [
      new FunderError('DOCKET_FUNDER_THROTTLED', 'm', 'none', { kind: 'throttled', retryAfterMs: 500 }),
      new FunderError('DOCKET_FUNDER_REFUSED', 'm', 'none', { kind: 'invalid' }),
    ];
    const bench = await open({ limits: { perDay: 1 }, fail: (n) => errors[n - 1] });
    expect((await bench.stage.run(grant(1))).outcome?.state).toBe('rejected');
    expect((await bench.stage.run(grant(2))).outcome?.state).toBe('submitted');
  });

  it('parks as in doubt, and tells what to do, where the funder recognises no repeat', async () => {
    const lost = new FunderError('DOCKET_FUNDER_TIMEOUT', 'm', 'unknown', { kind: 'retriable' });
    const bench = await open({ repeat: 'none', fail: (n) => (n === 1 ? lost : undefined) });
    const { outcome, errors, attempts } = await bench.stage.run(grant(1));
    expect([outcome?.state, outcome?.code, attempts]).toEqual(['in-doubt', 'DOCKET_IN_DOUBT', 1]);
    expect(errors[0]).toMatchObject({ category: 'funder', message: expect.stringContaining('Ask the funder for its reference') as string });
    expect((await bench.stage.run(grant(2))).outcome?.state).toBe('submitted');
  });

  it('tries again where the call surely had no effect, also there', async () => {
    const unreached = new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'none', { kind: 'retriable' });
    const bench = await open({ repeat: 'none', fail: (n) => (n === 1 ? unreached : undefined) });
    const { outcome, attempts } = await bench.stage.run(grant(1));
    expect([outcome?.state, attempts]).toEqual(['submitted', 2]);
  });

  it('refuses a grant for a funder that is not in the registry', async () => {
    const bench = await open({});
    expect((await bench.stage.run(grant(1, 'nobody'))).outcome).toMatchObject({ state: 'rejected', code: 'DOCKET_FUNDER_UNKNOWN' });
  });
});
