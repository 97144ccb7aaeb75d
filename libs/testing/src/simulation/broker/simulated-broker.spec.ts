import type { OutputRecord } from '@docket/stage';
import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../world/random.js';
import { VirtualTime } from '../world/virtual-time.js';
import { SimulatedBroker } from './simulated-broker.js';
import type { ProducerEpoch } from './transaction-coordinator.js';

/** A client that waits for each answer. */
class Client {
  readonly time = new VirtualTime(0);
  readonly broker = new SimulatedBroker({
    time: this.time, random: new Random(1), partitions: 2, group: { sessionMs: 10_000, rebalanceMs: 15_000 }, transactionTimeoutMs: 10_000,
  });

  async init(id: string): Promise<ProducerEpoch> {
    let found: ProducerEpoch | undefined;
    this.broker.transactions.init(id, (producer) => (found = producer));
    await this.pass(20);
    if (!found) throw new Error('no answer');
    return found;
  }

  /** What the broker answers. */
  async produce(producer: ProducerEpoch, value: string, offset?: bigint): Promise<string> {
    const answers: string[] = [];
    this.broker.produce(producer, [record(value)], () => answers.push('ok'), (error) => answers.push(error.type));
    if (offset !== undefined) {
      this.broker.writeOffsets(producer, 0, new Map([['in', offset]]), () => undefined, (error) => answers.push(error.type));
    }
    await this.pass(20);
    return answers.join();
  }

  async pass(ms: number): Promise<void> {
    await this.time.run(this.time.now + ms);
  }

  /** What read-committed readers see. */
  read(): string[] {
    return this.broker.log('out', 0).all().map(({ value }) => String(value));
  }
}

function record(value: string): OutputRecord {
  return { topic: 'out', partition: 0, key: 'k', value: Buffer.from(value), headers: {} };
}

describe('SimulatedBroker', () => {
  let client: Client;
  beforeEach(() => {
    client = new Client();
  });

  it('shows a transaction and its offsets only when it is committed, with a gap for its marker', async () => {
    const producer = await client.init('a');
    await client.produce(producer, '1', 5n);
    expect([client.read(), client.broker.offsets.get('in', 0)]).toEqual([[], undefined]);
    client.broker.transactions.end(producer, true);
    await client.pass(20);
    expect([client.read(), client.broker.offsets.get('in', 0)]).toEqual([['1'], 5]);
    client.broker.append(record('2'));
    expect(client.broker.log('out', 0).all().map(({ offset }) => offset)).toEqual([0n, 2n]);
  });

  it('holds readers back at the first open transaction', async () => {
    const producer = await client.init('a');
    await client.produce(producer, 'open');
    client.broker.append(record('behind'));
    expect(client.read()).toEqual([]);
    client.broker.transactions.end(producer, false);
    await client.pass(20);
    expect(client.read()).toEqual(['behind']);
  });

  it('fences: the next holder of an id ends what the earlier one left open, and refuses whatever it still sends', async () => {
    const old = await client.init('a');
    await client.produce(old, 'lost', 7n);
    await client.init('a');
    expect(await client.produce(old, 'zombie')).toBe('INVALID_PRODUCER_EPOCH');
    expect(() => client.broker.transactions.end(old, true)).toThrow('INVALID_PRODUCER_EPOCH');
    expect([client.read(), client.broker.offsets.get('in', 0)]).toEqual([[], undefined]);
  });

  it('answers the next holder only when a commit that was decided before is complete', async () => {
    const old = await client.init('a');
    await client.produce(old, 'decided', 7n);
    client.broker.transactions.end(old, true);
    let seen: unknown;
    client.broker.transactions.init('a', () => (seen = [client.read(), client.broker.offsets.get('in', 0)]));
    await client.pass(50);
    expect(seen).toEqual([['decided'], 7]);
  });

  it('ends a transaction that stays open too long, and fences its producer', async () => {
    const producer = await client.init('a');
    await client.produce(producer, 'slow');
    await client.pass(11_000);
    expect(await client.produce(producer, 'later')).toBe('INVALID_PRODUCER_EPOCH');
    expect(client.read()).toEqual([]);
  });

  it('keeps of two producers in turn the offset that was written later', async () => {
    const [a, b] = [await client.init('a'), await client.init('b')];
    await client.produce(a, '1', 3n);
    client.broker.transactions.end(a, true);
    await client.produce(b, '2', 9n);
    client.broker.transactions.end(b, true);
    await client.pass(50);
    expect(client.broker.offsets.get('in', 0)).toBe(9);
  });

  it('loses what retention deletes, and gives back what a disk broke', () => {
    for (const value of ['a', 'b', 'c']) client.broker.append(record(value));
    const log = client.broker.log('out', 0);
    log.truncate(1);
    expect([log.low, log.corrupt(1, 0), log.corrupt(0, 0)]).toEqual([1, true, false]);
    expect(client.read()).toEqual(['c', 'c']);
  });
});
