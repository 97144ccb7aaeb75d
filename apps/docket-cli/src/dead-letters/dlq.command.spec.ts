import { causeOf, HEADER } from '@docket/contracts';
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { ledgerIdOf, letter, STAGE, unitId } from '../testing/letters.js';
import { docket } from '../testing/run-docket.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka:9092');
});
afterEach(() => vi.unstubAllEnvs());

const exhausted = causeOf(STAGE, { [HEADER.errorCode]: 'DOCKET_RETRY_EXHAUSTED' });
const poison = causeOf(STAGE, { [HEADER.errorCode]: 'DOCKET_POISON_JSON' });
const records = {
  'executor.dlq': [
    letter(0), letter(1), letter(0, { partition: 1, unit: 7, code: 'DOCKET_POISON_JSON', at: 60_000 }), letter(2), letter(3, { unit: 9, at: 5_000 }),
  ],
};

describe('docket dlq causes', () => {
  it('groups by stage and code, the most frequent first, with times and the newest examples', async () => {
    const { code, json, err } = await docket(['dlq', 'causes', '--json'], { records });
    expect(code).toBe(0);
    expect(json()).toEqual([
      {
        cause: exhausted, stage: STAGE, code: 'DOCKET_RETRY_EXHAUSTED', count: 4, first: '2026-03-02T09:00:00.000Z', last: '2026-03-02T09:00:05.000Z',
        examples: [unitId(9), unitId(2), unitId(1)],
      },
      { cause: poison, stage: STAGE, code: 'DOCKET_POISON_JSON', count: 1, first: '2026-03-02T09:01:00.000Z', last: '2026-03-02T09:01:00.000Z', examples: [unitId(7)] },
    ]);
    expect(err).toContain('5 dead letter(s)');
  });

  it('is a table for people, tab-separated values for programs', async () => {
    expect((await docket(['dlq', 'causes', '--stage', STAGE], { records, isTty: true })).out).toMatch(new RegExp(`^${poison} +executor +DOCKET_POISON_JSON +1 `, 'm'));
    expect((await docket(['dlq', 'causes', '--stage', STAGE], { records })).out).toContain(`${poison}\texecutor\tDOCKET_POISON_JSON\t1\t`);
  });

  it('ends with 3 where the topics are missing', async () => {
    expect(await docket(['dlq', 'causes'], { missing: ['executor.dlq'] })).toMatchObject({ code: 3, out: '' });
  });
});

describe('docket dlq list', () => {
  it('lists the newest first, and says how many there are', async () => {
    const { json, err } = await docket(['dlq', 'list', '--stage', STAGE, '--limit', '2', '--json'], { records });
    expect(json()).toMatchObject({ count: 5, listed: [{ place: 'executor.dlq/1/0', unit: unitId(7), cause: poison, attempts: 4, ledgerId: ledgerIdOf(7), origin: 'grants.validated/1/7' }, { unit: unitId(9) }] });
    expect(err).toContain('5 record(s) match, the newest 2 shown');
  });

  it('chooses by cause and by unit', async () => {
    const listed = async (...args: string[]) => (await docket(['dlq', 'list', '--stage', STAGE, ...args], { records })).out.trim().split('\n').slice(1).map((row) => row.split('\t')[0]);
    expect(await listed('--cause', poison)).toEqual(['executor.dlq/1/0']);
    expect(await listed('--unit', unitId(1), unitId(2))).toEqual(['executor.dlq/0/2', 'executor.dlq/0/1']);
    expect(await listed('--cause', poison, '--unit', unitId(1))).toEqual([]);
  });

  it('keeps letters whose headers are missing or foreign', async () => {
    const bare = { ...letter(0), headers: { [HEADER.errorCode]: 'x\u001b[31m', [HEADER.attempt]: 'many' } };
    const { out } = await docket(['dlq', 'list', '--stage', STAGE], { records: { 'executor.dlq': [bare] } });
    expect(out).toContain('\tx?[31m\t');
    expect((await docket(['dlq', 'list', '--stage', STAGE, '--json'], { records: { 'executor.dlq': [bare] } })).json()).toMatchObject({
      listed: [{ unit: null, ledgerId: null, attempts: null, origin: null, firstFailure: null }],
    });
  });
});

describe('docket dlq show', () => {
  it('shows headers and origin, and no payload unless asked', async () => {
    const { code, out } = await docket(['dlq', 'show', 'executor.dlq/0/1'], { records });
    expect(code).toBe(0);
    expect(out).toContain('origin\tgrants.validated/0/1\n');
    expect(out).toContain(`header ${HEADER.errorCode}\tDOCKET_RETRY_EXHAUSTED\n`);
    expect(out).not.toContain('GR-1');
  });

  it('hands only the bytes of the payload to stdout where that is asked for', async () => {
    const { out, err } = await docket(['dlq', 'show', 'executor.dlq/0/1', '--payload'], { records });
    expect(out).toBe('{"grantId":"GR-1"}');
    expect(err).toContain('origin\tgrants.validated/0/1\n');
    const binary = { records: { 'executor.dlq': [letter(0, { value: Buffer.from([0xff, 0xfe]) })] } };
    expect((await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload'], binary)).bytes).toEqual(Buffer.from([0xff, 0xfe]));
  });

  it('lets no payload command a terminal, and hands it on to a pipe as it is', async () => {
    const hostile = { records: { 'executor.dlq': [letter(0, { value: Buffer.from('a\u001b[31m\n\u202eb') })] } };
    expect((await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload'], { ...hostile, isTty: true })).out).toBe('a?[31m\n?b\n');
    expect((await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload'], hostile)).out).toBe('a\u001b[31m\n\u202eb');
  });

  it('writes base64 where the payload is no UTF-8', async () => {
    const binary = { records: { 'executor.dlq': [letter(0, { value: Buffer.from([0xff, 0xfe]) })] } };
    expect((await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload', '--json'], binary)).json()).toMatchObject({ bytes: 2, payload: { encoding: 'base64', data: '//4=' } });
    expect((await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload'], { ...binary, isTty: true })).out).toBe('base64: //4=\n');
    expect((await docket(['dlq', 'show', 'executor.dlq/0/1', '--payload', '--json'], { records })).json()).toMatchObject({ payload: { encoding: 'utf8', data: '{"grantId":"GR-1"}' } });
  });

  it('says so where a copy has no payload', async () => {
    const { code, err, json } = await docket(['dlq', 'show', 'executor.dlq/0/0', '--payload', '--json'], { records: { 'executor.dlq': [letter(0, { value: null })] } });
    expect([code, json()]).toMatchObject([0, { bytes: null, payload: null }]);
    expect(err).toContain('no payload');
  });

  it.each(['executor.dlq/0/99', 'executor.dlq/7/0'])('ends with 3 where nothing lies at %s', async (place) => {
    expect(await docket(['dlq', 'show', place], { records })).toMatchObject({ code: 3, out: '' });
  });

  it('says why: category, message and violations of the same death, from `errors`', async () => {
    const at = (offset: number, more: object, key = unitId(1)) => ({
      ...letter(offset, { topic: 'errors' }), key,
      value: Buffer.from(JSON.stringify({
        stage: STAGE, category: 'funder', code: 'DOCKET_RETRY_EXHAUSTED', message: 'the funder answered 503', origin: { topic: 'grants.validated', partition: 0, offset: '1' },
        violations: [{ rule: 'FIN-ISO4217', path: '$.currency', message: 'no currency' }], ...more,
      })),
    });
    const errors = [
      at(0, { message: 'before' }), at(1, {}), at(2, { message: 'of another stage', stage: 'validator.grants' }), at(3, { message: 'of another code', code: 'DOCKET_DUPLICATE' }),
      at(4, { message: 'of another input', origin: { topic: 'grants.validated', partition: 0, offset: '9' } }), at(5, { message: 'of another unit' }, unitId(2)),
    ];
    const all = { records: { ...records, errors } };
    expect((await docket(['dlq', 'show', 'executor.dlq/0/1', '--json'], all)).json()).toMatchObject({
      error: { category: 'funder', message: 'the funder answered 503', violations: [{ rule: 'FIN-ISO4217', path: '$.currency', message: 'no currency' }] },
    });
    const { out, err } = await docket(['dlq', 'show', 'executor.dlq/0/1'], all);
    expect(out).toContain('category\tfunder\nmessage\tthe funder answered 503\nviolation\tFIN-ISO4217 $.currency: no currency\n');
    expect(err).toBe('');
  });

  it('says so where no record tells why any more', async () => {
    const { code, err, json } = await docket(['dlq', 'show', 'executor.dlq/0/1', '--json'], { records });
    expect([code, json()]).toMatchObject([0, { error: null }]);
    expect(err).toContain('no record on errors tells why');
  });

  it('knows the topics of a stage outside of the catalogue', async () => {
    const added = { records: { 'letters.dlq': [letter(0, { topic: 'letters.dlq' })] } };
    expect((await docket(['dlq', 'show', 'letters.dlq/0/0', '--json'], added)).json()).toMatchObject({ stage: 'letters' });
    expect((await docket(['dlq', 'list', '--stage', 'letters', '--json'], added)).json()).toMatchObject({ count: 1 });
  });

  it('shows parked records too', async () => {
    const parked = { records: { 'executor.parked': [letter(4, { topic: 'executor.parked', code: 'DOCKET_QUOTA' })] } };
    expect((await docket(['dlq', 'show', 'executor.parked/0/4', '--json'], parked)).json()).toMatchObject({ stage: STAGE, unit: unitId(4), code: 'DOCKET_QUOTA' });
    expect((await docket(['parked', 'list'], parked)).out).toContain('executor.parked/0/4\t');
  });
});
