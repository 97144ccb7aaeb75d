import { AuditEmitter } from '@docket/audit';
import { topicCatalogue } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { docket } from '../testing/run-docket.js';
import type { ReadRecord } from './cluster.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka-1:9092,kafka-2:9092');
  vi.stubEnv('DOCKET_PREFIX', undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('docket', () => {
  it.each([[['--help']], [['topics', '--help']], [['topics', 'apply', '--help']], [['groups', '--help']], [['audit', 'check', '--help']],
    [['dlq', '--help']], [['dlq', 'redrive', '--help']], [['parked', '--help']], [['ops', '--help']], [['stage', '--help']]])(
    '%j writes help to stdout and ends with 0',
    async (args) => {
      const { code, out, err } = await docket(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('Usage: docket');
    },
  );

  it.each([
    ['topics', 'plan'], ['topics', 'apply'], ['groups'], ['audit', 'check'], ['dlq', 'causes'], ['dlq', 'list'], ['dlq', 'show'], ['dlq', 'redrive'],
    ['parked', 'list'], ['parked', 'release'], ['ops', 'list'], ['ops', 'follow'], ['ops', 'cancel'], ['stage', 'list'], ['stage', 'pause'], ['stage', 'resume'],
  ])('%s %s shows examples', async (...args) => {
    expect((await docket([...args.filter(Boolean), '--help'])).out).toContain('Examples:');
  });

  it.each([['dlq', 'list'], ['dlq', 'redrive'], ['parked', 'release']])('%s %s says that a stage must be given', async (...args) => {
    expect((await docket([...args, '--help'])).out).toMatch(/--stage <name>[^-]*\(required\)/);
  });

  it.each([['dlq', 'causes'], ['dlq', 'list'], ['parked', 'list']])('%s %s says that it counts records', async (...args) => {
    expect((await docket([...args, '--help'])).out).toContain('Counted are records');
    expect((await docket([...args, ...(args[1] === 'list' ? ['--stage', 'executor'] : [])])).err).toContain('those put back or ended since included');
  });

  it('tells its version', async () => {
    expect(await docket(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['topic']],
    ['an unknown option', ['groups', '--all']],
    ['brokers of another form', ['groups', '--brokers', 'kafka']],
    ['a prefix of another form', ['groups', '--prefix', 'Example']],
    ['an unknown lane', ['groups', '--lanes', 'standard,secret']],
    ['no partitions', ['topics', 'plan', '--partitions', '0']],
    ['partitions in words', ['topics', 'plan', '--partitions', 'six']],
    ['a lane without a log of its own', ['audit', 'check', '--lane', 'pii']],
    ['a stage of another form', ['dlq', 'causes', '--stage', 'Executor/1']],
    ['no stage to list', ['dlq', 'list']],
    ['no stage to redrive', ['dlq', 'redrive']],
    ['a cause of another form', ['dlq', 'list', '--stage', 'executor', '--cause', 'x']],
    ['a unit of another form', ['parked', 'release', '--stage', 'executor', '--unit', '7']],
    ['a rate above the highest', ['dlq', 'redrive', '--stage', 'executor', '--rate', '1001']],
    ['a place of another form', ['dlq', 'show', 'executor.dlq/0']],
    ['a place on a topic of another sort', ['dlq', 'show', 'outcomes/0/1']],
    ['an id of another form', ['ops', 'follow', '7']],
    ['a reason beyond ASCII', ['stage', 'pause', 'executor', '--reason', 'f\u00fcr']],
  ])('%s is wrong usage: nothing on stdout, exit code 2', async (_, args) => {
    const { code, out, err } = await docket(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('asks for brokers where none are given', async () => {
    vi.stubEnv('KAFKA_BROKERS', undefined);
    const { code, err } = await docket(['groups']);
    expect(code).toBe(2);
    expect(err).toContain('--brokers');
  });

  it('takes brokers and prefix from options before the environment', async () => {
    vi.stubEnv('DOCKET_PREFIX', 'env.');
    expect((await docket(['groups'])).connection).toEqual({ brokers: ['kafka-1:9092', 'kafka-2:9092'], prefix: 'env.' });
    expect((await docket(['groups', '--brokers', 'other:1', '--prefix', 'mine.'])).connection).toEqual({ brokers: ['other:1'], prefix: 'mine.' });
  });

  it('ends with 8 where the brokers stop answering', async () => {
    const fails = Object.assign(new Error('away'), { name: 'KafkaJSConnectionError' });
    expect(await docket(['groups'], { fails })).toMatchObject({ code: 8, out: '' });
  });
});

describe('docket topics', () => {
  it('plan shows what is missing and what differs, and changes nothing', async () => {
    const drift = [{ topic: 'outcomes', setting: 'cleanup.policy', expected: 'compact', actual: 'delete' }];
    const { code, out, err, applied } = await docket(['topics', 'plan', '--partitions', '3'], { missing: ['errors'], drift });
    expect(code).toBe(7);
    expect(out).toBe('topic\tfinding\tsetting\texpected\tactual\nerrors\tmissing\tpartitions\t3\t\noutcomes\tdiffers\tcleanup.policy\tcompact\tdelete\n');
    expect(err).toContain('1 to create, 1 setting(s) differ');
    expect(applied).toEqual([]);
  });

  it('plan ends with 7 only where the cluster is not as the catalogue says', async () => {
    expect((await docket(['topics', 'plan'])).code).toBe(0);
    expect((await docket(['topics', 'plan'], { missing: ['errors'] })).code).toBe(7);
    expect((await docket(['topics', 'plan'], { drift: [{ topic: 'outcomes', setting: 'retention.ms', expected: '1', actual: '2' }] })).code).toBe(7);
    expect((await docket(['topics', 'plan', '--help'])).out).toContain('Exit code 7');
  });

  it('apply creates what is missing of the lanes that are named', async () => {
    const missing = ['records.pii.inbound', 'errors'];
    expect((await docket(['topics', 'apply'], { missing })).applied).toEqual(['records.pii.inbound', 'errors']);
    expect((await docket(['topics', 'apply', '--lanes', 'standard'], { missing })).applied).toEqual(['errors']);
  });

  it('apply refuses another number of partitions, and creates nothing', async () => {
    const drift = [{ topic: 'outcomes', setting: 'partitions', expected: '6', actual: '3' }];
    const { code, err, applied } = await docket(['topics', 'apply'], { missing: ['errors'], drift });
    expect([code, applied]).toEqual([4, []]);
    expect(err).toContain('--partitions 3');
    expect(err).toContain('docs/guides/drain-and-switch.md');
  });

  it('apply leaves other settings that differ', async () => {
    const drift = [{ topic: 'outcomes', setting: 'retention.ms', expected: '1', actual: '2' }];
    expect(await docket(['topics', 'apply'], { missing: ['errors'], drift })).toMatchObject({ code: 0, applied: ['errors'] });
  });

  it('writes the same as JSON', async () => {
    const { out } = await docket(['topics', 'plan', '--json'], { missing: ['errors'] });
    const total = topicCatalogue({ lanes: ['standard', 'pii'], partitions: 6, replication: 1 }).length;
    expect(JSON.parse(out)).toMatchObject({ missing: [{ topic: 'errors', partitions: 6 }], drift: [], unchanged: total - 1 });
  });
});

describe('docket audit check', () => {
  const unit = '0d3f8f5e-6a55-5d59-9a0e-4a6f4c3f7f10';
  const at = (topic: string, key: string | null, value: Buffer | null): ReadRecord => ({ topic, partition: 0, offset: 0n, timestamp: 0, key, value, headers: {} });
  const { key, value } = new AuditEmitter('deadlines', 'standard', 'deadlines-0').build({
    stage: 'deadlines', step: 'rejected', code: 'DOCKET_RULE_DATE_ISO8601', subject: unit, digest: 'a'.repeat(64), batchTraceId: unit, traceparent: '',
    attempt: 1, input: { topic: 'records.requests', partition: 0, offset: 1n },
  }, 0);
  const outcome = {
    correlationId: unit, batchTraceId: unit, state: 'rejected', lane: 'standard', stage: 'deadlines', attempts: 1,
    closedAt: '2026-11-20T12:00:00.000Z', code: 'DOCKET_RULE_DATE_ISO8601',
  };
  const outcomes = [at('outcomes', unit, Buffer.from(JSON.stringify(outcome)))];

  it('ends with 0 where all is well, outcomes read first', async () => {
    const { code, out, err, read } = await docket(['audit', 'check'], { records: { outcomes, 'audit.log': [at('audit.log', key, value)] } });
    expect([code, out]).toEqual([0, 'finding\tplace\tunit\tdetail\n']);
    expect(err).toContain('1 event(s), 0 of them repeated, and 1 outcome(s) checked: 0 violation(s)');
    expect(read).toEqual(['outcomes', 'audit.log']);
  });

  it('ends with 7 where a step is missing or a record is unsound', async () => {
    const { code, out } = await docket(['audit', 'check'], { records: { outcomes, 'audit.log': [at('audit.log', 'k', value)] } });
    expect(code).toBe(7);
    expect(out).toContain('key\taudit.log/0/0\t\t\n');
    expect(out).toContain(`incomplete\t\t${unit}\trejected at deadlines; missing: deadlines: DOCKET_RULE_DATE_ISO8601 at attempt 1\n`);
  });

  it('writes its report as JSON', async () => {
    const { code, out } = await docket(['audit', 'check', '--json'], { records: { outcomes } });
    expect(code).toBe(7);
    expect(JSON.parse(out)).toMatchObject({ ok: false, events: 0, outcomes: 1, incomplete: { count: 1 } });
  });

  it('reads the classified lane\'s own topics', async () => {
    expect((await docket(['audit', 'check', '--lane', 'classified'])).read).toEqual(['classified.outcomes', 'classified.audit.log']);
  });

  it('ends with 3 where there is no log', async () => {
    expect((await docket(['audit', 'check'], { missing: ['audit.log'] })).code).toBe(3);
  });
});
