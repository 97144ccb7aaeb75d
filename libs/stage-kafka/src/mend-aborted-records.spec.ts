import fc from 'fast-check';
import Broker, { type FetchedPartition } from 'kafkajs/src/broker/index.js';
import { expect, it, vi } from 'vitest';
import { mendAbortedRecords, passOverAborted } from './mend-aborted-records.js';

/** A reader of committed records sees what was committed, and nothing else, however transactions interleave. */
const ABORT = Buffer.of(0, 0, 0, 0);
const COMMIT = Buffer.of(0, 0, 0, 1);

/** A log of records (`a1` is of producer a) and ends (`a!` commits, `a-` aborts), each at its place. */
function partitionOf(log: readonly string[], from = 0, order: 'begun' | 'ended' = 'ended'): FetchedPartition & { visible(): string[] } {
  const open = new Map<string, number>();
  const aborted: { producerId: string; firstOffset: string }[] = [];
  const messages = log.map((entry, offset) => {
    const [producerId = '', what = ''] = entry;
    const end = what === '!' || what === '-';
    if (end) {
      // The broker lists those that reach into the fetch.
      if (what === '-' && offset >= from) aborted.push({ producerId, firstOffset: String(open.get(producerId) ?? offset) });
      open.delete(producerId);
    } else if (!open.has(producerId)) open.set(producerId, offset);
    return {
      offset: String(offset), key: end ? (what === '-' ? ABORT : COMMIT) : Buffer.from(entry), isControlRecord: end,
      batchContext: { producerId, inTransaction: producerId !== 'n' },
    };
  });
  if (order === 'begun') aborted.sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const fetched = messages.slice(from);
  return {
    abortedTransactions: aborted, messages: fetched,
    visible: () => fetched.filter(({ isControlRecord }) => !isControlRecord).map(({ key }) => String(key)),
  };
}

function visible(log: readonly string[], from?: number, order?: 'begun' | 'ended'): string[] {
  const partition = partitionOf(log, from, order);
  passOverAborted(partition);
  expect(partition.abortedTransactions).toHaveLength(0);
  return partition.visible();
}

it('pitfall 29: two that interleave, and the one that began later ended first', () => {
  expect(visible(['b1', 'b2', 'a1', 'b3', 'a-', 'b4', 'b-', 'c1', 'c!'])).toEqual(['c1']);
});

it('pitfall 29: a fetch that begins inside of several', () => {
  expect(visible(['a1', 'b1', 'b2', 'a2', 'b-', 'a3', 'a-', 'c1', 'c!'], 2, 'begun')).toEqual(['c1']);
});

it('pitfall 29: what is outside of any transaction stays, and what a producer commits after an abort', () => {
  expect(visible(['a1', 'n1', 'a-', 'a2', 'n2', 'a!', 'a3', 'a-'])).toEqual(['n1', 'a2', 'n2']);
});

it('pitfall 29: a key of four zero bytes ends nothing', () => {
  const partition = partitionOf(['a1', 'a2', 'a-']);
  const messages = partition.messages.map((message, at) => (at === 0 ? { ...message, key: ABORT } : message));
  passOverAborted({ ...partition, messages });
  expect(messages.map(({ isControlRecord }) => isControlRecord)).toEqual([true, true, true]);
});

it('pitfall 29: nothing but what was committed, whatever the log, and wherever the fetch begins', () => {
  const entry = fc.tuple(fc.constantFrom('a', 'b', 'c', 'n'), fc.constantFrom('1', '2', '!', '-')).filter(([producer, what]) => producer !== 'n' || /\d/.test(what));
  fc.assert(fc.property(fc.array(entry, { maxLength: 40 }), fc.nat(20), (entries, from) => {
    const log = [...entries.map(([producer, what]) => producer + what), 'a!', 'b-', 'c!'];
    const isCommitted = (at: number) => log[at]?.startsWith('n') === true || log.slice(at).find((later) => later[0] === log[at]?.[0] && /[!-]/.test(later))?.endsWith('!') === true;
    expect(visible(log, from)).toEqual(log.filter((text, at) => at >= from && /\d/.test(text) && isCommitted(at)));
  }));
});

it('pitfall 29: every fetch passes through it, once', async () => {
  const partition = partitionOf(['a1', 'a-']);
  const fetch = vi.fn(() => Promise.resolve({ responses: [{ partitions: [partition] }] }));
  const { prototype } = Broker;
  const original = Object.getOwnPropertyDescriptor(prototype, 'fetch');
  try {
    prototype.fetch = fetch;
    mendAbortedRecords();
    const mended = Object.getOwnPropertyDescriptor(prototype, 'fetch');
    mendAbortedRecords();
    expect(Object.getOwnPropertyDescriptor(prototype, 'fetch')).toEqual(mended);
    await prototype.fetch({});
    expect(partition.visible()).toEqual([]);
  } finally {
    if (original) Object.defineProperty(prototype, 'fetch', original);
  }
});
