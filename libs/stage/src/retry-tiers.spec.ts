import { HEADER, ManualClock } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OutputRecord } from './record.js';
import { RetryTiers } from './retry-tiers.js';
import { Source } from './source.js';
import { idOf, pendingEntry, work } from './testing/entries.js';
import type { Work } from './work.js';

const TOPICS = ['tier.1', 'tier.2'];

/** The input was read up to here. */
const READ = 1_000n;

describe('RetryTiers', () => {
  let clock: ManualClock;
  let tiers: RetryTiers;
  beforeEach(() => {
    clock = new ManualClock(0);
    tiers = new RetryTiers(TOPICS, clock);
  });
  const send = (unit: Work, dueAt: number, tier = 1) => tiers.send(unit, 'retrying', { tier, dueAt, attempt: unit.attempt + 1, firstFailureAt: 0 }, 'DOCKET_X');

  /** As it comes back from the retry topic. */
  function deliver(unit: Work, record: OutputRecord, tier = 1): Work | undefined {
    const read = tiers.read({ ...record, partition: 2, offset: 0n, timestamp: 0 }, tier);
    if (!read) return undefined;
    const back = { ...unit, ...read.state, record: read.input, source: new Source(TOPICS[tier - 1] ?? '', tier) };
    tiers.wait(back);
    return back;
  }

  it('sends a unit with its entry, which says the same', () => {
    const { record, entry } = send(work('u', 4n), 500);
    expect(record).toMatchObject({ topic: 'tier.1', headers: { [HEADER.hop]: '1', [HEADER.attempt]: '2', [HEADER.notBefore]: '500', [HEADER.unit]: idOf('u') } });
    expect(entry).toMatchObject({ id: idOf('u'), offset: 4n, state: 'retrying', hop: 1, attempt: 2, pending: { tier: 1, dueAt: 500, orderKey: 'a' } });
    expect(tiers.size).toBe(1);
  });

  it('gives a unit when it is due, not before, and tells the next time', () => {
    const unit = work('u', 4n);
    deliver(unit, send(unit, 500).record);
    expect(tiers.nextDueAt(0)).toBe(500);
    expect(tiers.nextDueAt(500)).toBeUndefined();
    expect(tiers.takeDue(499, READ)).toBeUndefined();
    expect(tiers.takeDue(500, READ)).toMatchObject({ kind: 'run', work: { ref: { id: idOf('u') } } });
    expect(tiers.nextDueAt(0)).toBeUndefined();
  });

  it('keeps a unit that is due until the input was read up to it: an earlier one of its key may come', () => {
    const unit = work('u', 4n);
    deliver(unit, send(unit, 500).record);
    expect(tiers.takeDue(500, 4n)).toBeUndefined();
    expect(tiers.takeDue(500, 5n)).toMatchObject({ kind: 'run' });
  });

  it('passes over a record of another pass, of another topic, of nobody, and one that it has', () => {
    const unit = work('u', 4n);
    const first = send(unit, 500).record;
    const second = send({ ...unit, hop: 1 }, 900, 2).record;
    expect(deliver(unit, first)).toBeUndefined();
    expect(deliver(unit, second, 1)).toBeUndefined();
    expect(deliver(unit, second, 2)).toBeDefined();
    tiers.takeDue(900, READ);
    expect(deliver(unit, second, 2)).toBeUndefined();
    tiers.finish(idOf('u'));
    expect(deliver(unit, second, 2)).toBeUndefined();
  });

  it('passes over a leftover also where the unit came back to the same topic', () => {
    const unit = work('u', 4n);
    const first = send(unit, 500).record;
    const second = send({ ...unit, hop: 1 }, 900).record;
    expect(deliver(unit, first)).toBeUndefined();
    expect(deliver(unit, second)).toMatchObject({ hop: 2, dueAt: 900 });
  });

  it('passes over a leftover of the life before a redrive, which counted its passes from the beginning too', () => {
    const dead = send(work('u', 4n), 500).record;
    tiers.finish(idOf('u'));
    const redriven = work('u', 9n);
    const { record } = send(redriven, 900);
    expect(deliver(redriven, dead)).toBeUndefined();
    expect(deliver(redriven, record)).toMatchObject({ record: { offset: 9n } });
  });

  it('lets a follower run only behind its predecessor, and sends it behind again where that is not there', () => {
    const [head, follower] = [work('1', 1n), work('2', 2n)];
    const passage = send(head, 500);
    const before = tiers.last('a');
    const behind = before && tiers.sendBehind(follower, before, 'DOCKET_FOLLOWS');
    expect(behind?.entry).toMatchObject({ state: 'held', attempt: 1, pending: { tier: 1, dueAt: 500 } });
    const back = behind && deliver(follower, behind.record);
    const due = tiers.takeDue(500, READ);
    expect(due?.kind).toBe('behind');
    clock.advance(500);
    const again = back && tiers.again(back, 'DOCKET_FOLLOWS');
    expect(again?.entry).toMatchObject({ state: 'held', hop: 2, pending: { dueAt: 1_500 } });
    deliver(head, passage.record);
    if (back) deliver(back, (again ?? passage).record);
    expect(tiers.takeDue(1_500, READ)).toMatchObject({ kind: 'run', work: { ref: { id: idOf('1') } } });
    expect(tiers.takeDue(1_500, READ)).toMatchObject({ kind: 'run', work: { ref: { id: idOf('2') } } });
  });

  it('restores the order of its keys from the ledger', () => {
    tiers.restore([pendingEntry('1', 1n), pendingEntry('2', 2n, {}, { state: 'held' }), pendingEntry('x', 3n, { orderKey: 'b' })]);
    expect({ size: tiers.size, last: tiers.last('a')?.id, other: tiers.last('b')?.id }).toEqual({ size: 3, last: idOf('2'), other: idOf('x') });
    expect(tiers.last('c')).toBeUndefined();
  });

  it('lets a key go on when its last unit is done', () => {
    send(work('u', 4n), 500);
    tiers.finish(idOf('u'));
    expect({ size: tiers.size, last: tiers.last('a') }).toEqual({ size: 0, last: undefined });
  });

  it('refuses a retry topic that is not there', () => {
    expect(() => send(work('u', 4n), 500, 3)).toThrow('no retry topic 3');
  });
});
