import { describe, expect, it } from 'vitest';
import { readLedgerHead } from './ledger/ledger-record.js';
import type { Replayed } from './ledger-replay.js';
import { MARKER_KEY, openPartition, type OpeningOptions } from './opening.js';
import type { SourceBounds, TaskPort } from './task-port.js';

interface Case {
  readonly input?: Partial<SourceBounds>;
  readonly known?: bigint;
  readonly sequence?: bigint;
  readonly acceptGaps?: boolean;
  readonly closedAfter?: string;
}

/** An opening of a port that notes what it is told. */
function opening({ input = {}, known, sequence = 1n, acceptGaps = false, closedAfter }: Case = {}, more: Partial<OpeningOptions> = {}) {
  const told: string[] = [];
  const gaps: bigint[] = [];
  let closed = false;
  const note = (what: string): Promise<void> => {
    told.push(what);
    if (what === closedAfter) closed = true;
    return Promise.resolve();
  };
  const bounds = new Map<string, SourceBounds>([
    ['in', { committed: undefined, low: 0n, high: 100n, ...input }],
    ['ledger', { committed: undefined, low: 7n, high: 9n }],
    ['attempts', { committed: undefined, low: 3n, high: 9n }],
  ]);
  const port = {
    fence: () => note('fence'),
    commit: ({ records }) => note(`commit ${records.map(({ topic }) => topic).join(',')}`),
    bounds: async () => {
      await note('bounds');
      return bounds;
    },
    seek: (topic, offset) => void note(`seek ${topic} ${offset}`),
    pause: (topic) => void note(`pause ${topic}`),
    resume: (topic) => void note(`resume ${topic}`),
  } as Pick<TaskPort, 'fence' | 'commit' | 'bounds' | 'seek' | 'pause' | 'resume'> as TaskPort;
  const replayed: Replayed = { sequence, writtenAt: 1, positions: known === undefined ? new Map() : new Map([['in', known]]), marker: 8n };
  const opened = openPartition({
    port, partition: 2, ledgerTopic: 'ledger', sources: ['in'], attemptsTopic: undefined, nonce: 'n', now: 5, acceptGaps,
    replayed: Promise.resolve(replayed), attemptsReplayed: Promise.resolve(), isClosed: () => closed, onGap: (_topic, missing) => gaps.push(missing), onRewound: () => undefined, ...more,
  });
  return { opened, told, gaps };
}

const startOf = async (given: Case) => (await opening(given).opened)?.starts.get('in');

describe('openPartition', () => {
  it('fences, asks for offsets, marks and reads the ledger, in this order', async () => {
    const { opened, told } = opening();
    expect((await opened)?.marker).toBe(8n);
    expect(told).toEqual(['fence', 'bounds', 'commit ledger', 'seek ledger 7', 'resume ledger', 'pause ledger']);
  });

  it('marks and reads the intents too, where the stage keeps them', async () => {
    const { opened, told } = opening({}, { attemptsTopic: 'attempts' });
    await opened;
    expect(told).toEqual([
      'fence', 'bounds', 'commit ledger,attempts', 'seek ledger 7', 'resume ledger', 'seek attempts 3', 'resume attempts', 'pause ledger', 'pause attempts',
    ]);
  });

  it('writes its nonce into both markers', async () => {
    const records: { topic: string; key: string; value: Buffer | null }[] = [];
    const port = {
      fence: () => Promise.resolve(), bounds: () => Promise.resolve(new Map<string, SourceBounds>()),
      commit: (transaction: { records: typeof records }) => Promise.resolve(void records.push(...transaction.records)),
    };
    const stop = openPartition({
      port: port as Pick<TaskPort, 'fence' | 'bounds'> as TaskPort, partition: 2, ledgerTopic: 'ledger', sources: [], attemptsTopic: 'attempts', nonce: 'n', now: 5, acceptGaps: false,
      replayed: new Promise(() => undefined), attemptsReplayed: Promise.resolve(),
      isClosed: () => records.length > 0, onGap: () => undefined, onRewound: () => undefined,
    });
    expect(await stop).toBeUndefined();
    expect(readLedgerHead(records[0]?.value ?? Buffer.alloc(0)).nonce).toBe('n');
    expect({ key: records[1]?.key, value: String(records[1]?.value) }).toEqual({ key: MARKER_KEY, value: 'n' });
  });

  it.each(['fence', 'bounds', 'commit ledger'])('ends behind %s where the task was closed meanwhile', async (closedAfter) => {
    const { opened, told } = opening({ closedAfter });
    expect(await opened).toBeUndefined();
    expect(told.at(-1)).toBe(closedAfter);
  });

  it.each<[string, Case, bigint]>([
    ['at the first record where nothing was ever committed', { input: { low: 4n }, sequence: 0n }, 4n],
    ['at the group\'s offset', { input: { committed: 20n }, known: 20n }, 20n],
    ['at what the ledger says where the group\'s offset expired', { known: 30n }, 30n],
    ['at the group\'s offset where it lies before what the ledger knows', { input: { committed: 10n }, known: 20n }, 10n],
    ['at the end', { input: { committed: 100n }, known: 100n }, 100n],
  ])('goes on %s', async (_name, given, start) => {
    expect(await startOf(given)).toBe(start);
  });

  it.each<[string, string, Case]>([
    ['an empty ledger beside committed offsets', 'DOCKET_LEDGER_LOST', { input: { committed: 5n }, sequence: 0n }],
    ['an offset moved past the ledger', 'DOCKET_OFFSETS_MOVED', { input: { committed: 21n }, known: 20n }],
    ['an offset of which the ledger knows nothing', 'DOCKET_OFFSETS_MOVED', { input: { committed: 1n } }],
    ['a topic that ends before the offset', 'DOCKET_OFFSETS_BEYOND', { input: { committed: 101n }, known: 101n }],
    ['a topic that ends before what the ledger knows', 'DOCKET_OFFSETS_BEYOND', { known: 101n }],
    ['records lost before they were read', 'DOCKET_RECORDS_LOST', { input: { committed: 20n, low: 25n }, known: 20n }],
    ['records lost where the offset expired', 'DOCKET_RECORDS_LOST', { input: { low: 25n }, known: 20n }],
  ])('pitfall 11: refuses %s', async (_name, code, given) => {
    await expect(opening(given).opened).rejects.toMatchObject({ code, kind: 'critical' });
  });

  it('passes a gap where a person allows it, and tells how much is lost', async () => {
    const { opened, gaps } = opening({ input: { committed: 20n, low: 25n }, known: 20n, acceptGaps: true });
    expect((await opened)?.starts.get('in')).toBe(25n);
    expect(gaps).toEqual([5n]);
  });
});
