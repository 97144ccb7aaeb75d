import { causeOf, HEADER, parseControlCommand, type OperationCommand, type OperationProgress } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entry, ledgerRecord, letter, STAGE, unitId } from '../testing/letters.js';
import { FakeCluster } from '../testing/fake-cluster.js';
import { docket, DocketRun } from '../testing/run-docket.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka:9092');
});
afterEach(() => vi.unstubAllEnvs());

const poison = causeOf(STAGE, { [HEADER.errorCode]: 'DOCKET_POISON_JSON' });
/** Partition 0: 0 dead, 1 done since, 2 put back, 3 twice dead. Partition 1: 10 dead, 11 in work. 12 is not in the ledger. */
const records = {
  'executor.dlq': [
    letter(0), letter(1), letter(2), letter(3, { unit: 3, origin: 1 }), letter(4, { unit: 3 }),
    letter(0, { partition: 1, unit: 10, code: 'DOCKET_POISON_JSON' }), letter(1, { partition: 1, unit: 11 }), letter(0, { partition: 2, unit: 12 }),
  ],
  'executor.ledger': [
    ledgerRecord(0, [entry(0, 'retrying'), entry(1, 'dead'), entry(2, 'dead')]), ledgerRecord(0, [entry(10, 'dead'), entry(11, 'retrying')], 1),
    ledgerRecord(1, [entry(0, 'dead'), entry(1, 'done'), entry(2, 'redriven'), entry(3, 'dead')]),
  ],
};
const redrive = ['dlq', 'redrive', '--stage', STAGE];
const run = [...redrive, '--reason', 'funder is back', '--run'];

/** A stage whose tasks put everything back at once. */
function answering(result: Partial<OperationProgress> = {}): FakeCluster {
  const cluster = new FakeCluster({ records });
  cluster.onWrite = ({ key, value }) => {
    const command = parseControlCommand(key, value ?? Buffer.alloc(0));
    if (command.kind === 'redrive') for (const partition of Object.keys(command.partitions)) report(cluster, command, Number(partition), result);
  };
  return cluster;
}

function report(cluster: FakeCluster, { id, partitions }: OperationCommand, partition: number, result: Partial<OperationProgress> = {}): void {
  const redriven = partition === 0 ? 2 : 1;
  const progress = {
    kind: 'progress', id, partition, state: 'done', redriven, refused: 0, failedAgain: 0, position: partitions[String(partition)]?.upTo ?? '0', at: '2026-03-02T09:00:01.000Z', ...result,
  };
  cluster.deliver({ topic: 'control.commands', key: `operation/${id}/${partition}`, value: Buffer.from(JSON.stringify(progress)), headers: {} });
}

function commandIn(cluster: FakeCluster): OperationCommand {
  const [written] = cluster.written;
  const command = parseControlCommand(written?.key ?? null, written?.value ?? Buffer.alloc(0));
  if (command.kind !== 'redrive' && command.kind !== 'release') throw new Error('no operation was written');
  return command;
}

describe('a dry run', () => {
  it('counts by cause and partition what may go back, and why the rest may not; it writes nothing', async () => {
    const { code, json, err, written } = await docket([...redrive, '--json'], { records });
    expect([code, written]).toEqual([0, []]);
    expect(json()).toMatchObject({
      kind: 'redrive', stage: STAGE, matched: 8, eligible: 3, refused: { done: 1, 'put-back': 1, repeated: 1, 'in-work': 1, unknown: 1 },
      partitions: { 0: { from: '0', upTo: '5' }, 1: { from: '0', upTo: '2' }, 2: { from: '0', upTo: '1' } },
      byPartition: [{ partition: 0, eligible: 2, refused: 3 }, { partition: 1, eligible: 1, refused: 1 }, { partition: 2, eligible: 0, refused: 1 }],
    });
    expect(err).toContain('3 can be put back');
    expect(err).toContain('--run --yes --expect 3');
  });

  it('advises no run where nothing can be put back', async () => {
    const { code, err } = await docket([...redrive, '--unit', unitId(1)], { records });
    expect([code, err]).toEqual([0, expect.stringContaining('there is nothing to put back\n')]);
    expect(err).not.toContain('--run');
  });

  it('has the same digest for the same plan, and another for another', async () => {
    const digest = async (...more: string[]) => ((await docket([...redrive, '--json', ...more], { records })).json() as { digest: string }).digest;
    expect(await digest()).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest('--rate', '50')).toBe(await digest());
    expect(await digest('--cause', poison)).not.toBe(await digest());
  });

  it('chooses by cause and unit, and tells which units have no letter', async () => {
    expect((await docket([...redrive, '--cause', poison, '--json'], { records })).json()).toMatchObject({ matched: 1, eligible: 1, causes: [poison] });
    const { json, err } = await docket([...redrive, '--unit', unitId(0), unitId(77), '--json'], { records });
    expect(json()).toMatchObject({ eligible: 1, units: [unitId(0), unitId(77)] });
    expect(err).toContain(`1 of the units named have no record there: ${unitId(77)}`);
  });

  it('plans for a stage outside of the catalogue whose topics exist', async () => {
    const { code, json } = await docket(['dlq', 'redrive', '--stage', 'letters', '--json'], { records: { 'letters.dlq': [letter(0, { topic: 'letters.dlq' })] } });
    expect([code, json()]).toMatchObject([0, { stage: 'letters', matched: 1, refused: { unknown: 1 } }]);
    expect(await docket(['dlq', 'redrive', '--stage', 'letters'], { missing: ['letters.dlq'] })).toMatchObject({ code: 3 });
  });

  it('refuses a corrupt ledger rather than count on it', async () => {
    const corrupt = { ...ledgerRecord(0, [entry(0, 'dead')]), value: Buffer.alloc(100) };
    const { code, err } = await docket(redrive, { records: { ...records, 'executor.ledger': [corrupt] } });
    expect(code).toBe(1);
    expect(err).toContain('DOCKET_LEDGER_CORRUPT');
  });
});

describe('agreeing to the count', () => {
  it.each([
    ['nobody to ask, and no count', run],
    ['--yes without a count', [...run, '--yes']],
    ['a count without --run', [...redrive, '--expect', '3']],
    ['no reason', [...redrive, '--run', '--yes', '--expect', '3']],
  ])('%s is wrong usage: nothing is read or written', async (_, args) => {
    const { code, out, connection, written } = await docket(args, { records });
    expect([code, out, connection, written]).toEqual([2, '', undefined, []]);
  });

  it('asks who it is where the system knows no name', async () => {
    const { code, err } = await docket([...run, '--yes', '--expect', '3'], { records, user: undefined });
    expect(code).toBe(2);
    expect(err).toContain('--as NAME');
  });

  it('ends with 4 and names both counts where another is expected', async () => {
    const { code, err, written } = await docket([...run, '--yes', '--expect', '7'], { records });
    expect([code, written]).toEqual([4, []]);
    expect(err).toContain('--expect says 7, but 3 can be put back');
  });

  it('ends with 4 where a person types another count', async () => {
    const { code, err, written, asked } = await docket(run, { records, answer: '4' });
    expect([code, written, asked.length]).toEqual([4, [], 1]);
    expect(err).toContain('typed "4", not 3');
  });

  it('ends with 3 where there is nothing to put back', async () => {
    expect(await docket([...run, '--yes', '--expect', '0'], { records: {} })).toMatchObject({ code: 3, written: [] });
  });
});

describe('a run', () => {
  it('asks the stage for exactly the plan, and ends with 0 when all is back', async () => {
    const cluster = answering();
    const { code, json, err } = await docket([...run, '--rate', '50', '--as', 'example-operator', '--json'], { cluster, answer: ' 3 ' });
    const command = commandIn(cluster);
    expect(command).toEqual({
      kind: 'redrive', id: command.id, stage: STAGE, state: 'requested', causes: [], units: [], ratePerSecond: 50, planned: 3,
      partitions: { 0: { from: '0', upTo: '5' }, 1: { from: '0', upTo: '2' } }, by: 'example-operator', at: '2026-03-02T09:00:00.000Z', reason: 'funder is back',
    });
    expect([code, cluster.following]).toEqual([0, 0]);
    expect(json()).toMatchObject({ id: command.id, state: 'done', planned: 3, redriven: 3, refused: 0, failedAgain: 0 });
    expect(err).toContain(`operation ${command.id} done`);
  });

  it.each([
    ['stopped', { state: 'stopped', failedAgain: 10 }],
    ['partly', { failedAgain: 1 }],
    ['partly', { redriven: 0, refused: 1 }],
    ['cancelled', { state: 'cancelled' }],
  ] as const)('ends with 6 when it is %s', async (state, result) => {
    const { code, json } = await docket([...run, '--yes', '--expect', '3', '--json'], { cluster: answering(result) });
    expect([code, json()]).toMatchObject([6, { state }]);
  });

  it('tells each ten seconds how far it is, and waits for all partitions', async () => {
    const cluster = new FakeCluster({ records });
    const follows = new DocketRun([...run, '--yes', '--expect', '3'], { cluster });
    await vi.waitFor(() => expect(cluster.following).toBe(1));
    follows.clock.advance(10_000);
    expect(follows.err).toContain('0 of 3 put back, 0 refused, 0 failed again, 0 of 2 partition(s) ended; no task of executor has begun');
    report(cluster, commandIn(cluster), 1);
    follows.clock.advance(10_000);
    expect(follows.err).toContain('1 of 3 put back, 0 refused, 0 failed again, 1 of 2 partition(s) ended\n');
    report(cluster, commandIn(cluster), 0);
    expect(await follows.code).toBe(0);
    expect(follows.out).toBe('partition\tstate\tput back\trefused\tfailed again\tposition\tup to\n0\tdone\t2\t0\t0\t5\t5\n1\tdone\t1\t0\t0\t2\t2\n');
    expect(follows.clock.pending).toBe(0);
  });

  it('goes on without the view that Ctrl-C ends', async () => {
    const cluster = new FakeCluster({ records });
    const follows = new DocketRun([...run, '--yes', '--expect', '3'], { cluster });
    await vi.waitFor(() => expect(follows.interrupts.size).toBe(1));
    for (const interrupt of follows.interrupts) interrupt();
    expect(await follows.code).toBe(130);
    expect(follows.err).toContain(`docket ops follow ${commandIn(cluster).id}`);
    expect([cluster.written.length, cluster.following, follows.interrupts.size, follows.clock.pending]).toEqual([1, 0, 0, 0]);
  });

  it('ends with 8 when the brokers are gone meanwhile', async () => {
    const cluster = new FakeCluster({ records });
    const follows = new DocketRun([...run, '--yes', '--expect', '3'], { cluster });
    await vi.waitFor(() => expect(cluster.following).toBe(1));
    cluster.breakOff(Object.assign(new Error('away'), { name: 'KafkaJSConnectionError' }));
    expect(await follows.code).toBe(8);
  });

  it('says before the count is agreed to that the stage is paused or nobody is there', async () => {
    const pause = { kind: 'stage', stage: STAGE, state: 'paused', by: 'example-operator', at: '2026-03-02T08:00:00.000Z', reason: 'funder maintenance' };
    const cluster = new FakeCluster({ records });
    cluster.deliver({ topic: 'control.commands', key: `stage/${STAGE}`, value: Buffer.from(JSON.stringify(pause)), headers: {} });
    const { code, err } = await docket(run, { cluster, answer: '4' });
    expect(code).toBe(4);
    expect(err).toContain('executor is paused: the operation waits until `docket stage resume executor`');
    expect(err).toContain('no process of executor is there');
  });

  it('prints its id and ends at once with --detach', async () => {
    const cluster = new FakeCluster({ records });
    const { code, out } = await docket([...run, '--yes', '--expect', '3', '--detach'], { cluster });
    expect([code, out]).toEqual([0, `${commandIn(cluster).id}\n`]);
  });

  it('says what to look at where the broker did not confirm the command', async () => {
    const cluster = new FakeCluster({ records });
    cluster.onWrite = () => {
      throw new Error('no answer');
    };
    const { code, err } = await docket([...run, '--yes', '--expect', '3'], { cluster });
    expect(code).toBe(1);
    expect(err).toContain('docket ops list');
  });
});

describe('docket parked release', () => {
  it('puts back what the ledger holds as parked', async () => {
    const parked = {
      'executor.parked': [letter(0, { topic: 'executor.parked' }), letter(1, { topic: 'executor.parked' })],
      'executor.ledger': [ledgerRecord(0, [entry(0, 'parked'), entry(1, 'dead')])],
    };
    const cluster = new FakeCluster({ records: parked });
    const { code, json } = await docket(['parked', 'release', '--stage', STAGE, '--reason', 'receipt found', '--run', '--yes', '--expect', '1', '--detach', '--json'], { cluster });
    expect([code, json()]).toMatchObject([0, { kind: 'release', planned: 1, by: 'operator' }]);
    expect(commandIn(cluster).kind).toBe('release');
  });
});
