import { HEADER } from '@docket/contracts';
import type { InputRecord, OutputRecord, SourceBounds, Transaction } from '@docket/stage';
import type { ProducerEpoch } from '../broker/transaction-coordinator.js';
import { SimulatedTaskPort, type PortSurroundings } from '../member/simulated-task-port.js';
import type { Mutant } from './mutant.js';

/** Offsets in a transaction of their own, before the records: a crash in between loses them. */
class OffsetsFirst extends SimulatedTaskPort {
  protected override async transact(producer: ProducerEpoch, { records, offsets }: Transaction): Promise<void> {
    if (offsets.size > 0) await super.transact(producer, { records: [], offsets });
    await super.transact(producer, { records, offsets: new Map() });
  }
}

/** The records in a transaction of their own, before the offsets and the ledger's record: a crash in between repeats them. */
class RecordsFirst extends SimulatedTaskPort {
  protected override async transact(producer: ProducerEpoch, { records, offsets }: Transaction): Promise<void> {
    const ledger = records.filter(isLedger);
    const others = records.filter((record) => !isLedger(record));
    if (others.length > 0) await super.transact(producer, { records: others, offsets: new Map() });
    await super.transact(producer, { records: ledger, offsets });
  }
}

/** Nobody is fenced: earlier holders can go on committing. */
class NoFence extends SimulatedTaskPort {
  override fence(): Promise<void> {
    return this.peekFence();
  }
}

/** Only one of the two producers is fenced. */
class HalfFence extends SimulatedTaskPort {
  protected override init(id: string): Promise<ProducerEpoch> {
    if (id.endsWith('-a')) return super.init(id);
    return this.peek(id);
  }
}

/** Fences only after the first commit, that of the opening marker: what an earlier holder commits in between is never seen. */
class FenceAfterMarker extends SimulatedTaskPort {
  #late: Promise<void> | undefined;

  override async fence(): Promise<void> {
    await this.peekFence();
  }

  override async commit(transaction: Transaction): Promise<void> {
    await this.#late;
    await super.commit(transaction);
    if (this.#late) return;
    this.#late = super.fence();
    this.#late.catch(() => undefined);
  }
}

/** Says that a commit is done when it has only begun. */
class AckBeforeCommit extends SimulatedTaskPort {
  #last: Promise<void> = Promise.resolve();

  override commit(transaction: Transaction): Promise<void> {
    this.#last = this.#last.then(() => super.commit(transaction)).catch(() => undefined);
    return Promise.resolve();
  }
}

/** Takes a refused commit for a done one. */
class ErrorsSwallowed extends SimulatedTaskPort {
  override async commit(transaction: Transaction): Promise<void> {
    await super.commit(transaction).catch(() => undefined);
  }
}

/** Commits each offset one too far. */
class OffsetsPlusOne extends SimulatedTaskPort {
  override commit({ records, offsets }: Transaction): Promise<void> {
    return super.commit({ records, offsets: new Map([...offsets].map(([topic, offset]) => [topic, offset === 0n ? 0n : offset + 1n])) });
  }
}

/** Goes on one behind the place that it is told. */
class SeekOffByOne extends SimulatedTaskPort {
  override seek(topic: string, offset: bigint): void {
    super.seek(topic, topic.endsWith('.ledger') || topic.endsWith('.attempts') ? offset : offset + 1n);
  }
}

/** Leaves a record out of a transaction now and then. */
function losing(what: (record: OutputRecord) => boolean) {
  return class Losing extends SimulatedTaskPort {
    #count = 0;

    override commit({ records, offsets }: Transaction): Promise<void> {
      return super.commit({ records: records.filter((record) => !what(record) || ++this.#count % 3 !== 0), offsets });
    }
  };
}

/** The audit log is told, and not waited for. */
class AuditNotAwaited extends SimulatedTaskPort {
  override audit(...steps: Parameters<SimulatedTaskPort['audit']>): Promise<void> {
    void super.audit(...steps);
    return Promise.resolve();
  }
}

/** Restores a ledger from its end instead of its beginning. */
class LedgerNotRead extends SimulatedTaskPort {
  override async bounds(topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>> {
    const bounds = await super.bounds(topics);
    return new Map([...bounds].map(([topic, found]) => [topic, isLedgerTopic(topic) ? { ...found, low: found.high - 2n } : found]));
  }
}

type PortClass = new (partition: number, around: PortSurroundings) => SimulatedTaskPort;

function port(name: string, breaks: Mutant['breaks'], Port: PortClass): Mutant {
  return { name, breaks, makePort: (partition, around) => new Port(partition, around) };
}

function isLedgerTopic(topic: string): boolean {
  return topic.endsWith('.ledger');
}

function isLedger({ topic }: OutputRecord): boolean {
  return isLedgerTopic(topic);
}

function withHeader(record: InputRecord, name: string, change: (value: string) => string): InputRecord {
  const value = record.headers[name];
  return value === undefined ? record : { ...record, headers: { ...record.headers, [name]: change(value) } };
}

/** Bugs at the seam to the broker. */
export const PORT_MUTANTS: readonly Mutant[] = [
  port('offsets-before-records', ['watermark', 'nothing-lost'], OffsetsFirst),
  port('records-before-offsets', ['exactly-once'], RecordsFirst),
  port('no-fence', ['exactly-once', 'ledger-agrees', 'no-critical'], NoFence),
  port('one-producer-not-fenced', ['exactly-once', 'ledger-agrees', 'no-critical'], HalfFence),
  port('fence-after-marker', ['exactly-once', 'no-critical', 'watermark', 'ledger-agrees', 'progress'], FenceAfterMarker),
  port('acknowledged-before-committed', ['exactly-once', 'nothing-lost', 'watermark', 'progress', 'ledger-agrees'], AckBeforeCommit),
  port('refused-commit-taken-for-done', ['nothing-lost', 'progress', 'ledger-agrees'], ErrorsSwallowed),
  port('offset-plus-one', ['watermark', 'no-critical'], OffsetsPlusOne),
  port('seek-off-by-one', ['nothing-lost', 'progress', 'watermark'], SeekOffByOne),
  port('retry-record-lost', ['nothing-lost', 'progress'], losing(({ topic }) => /\.retry\.\d+$/.test(topic))),
  port('dead-letter-lost', ['nothing-lost'], losing(({ topic }) => topic.endsWith('.dlq'))),
  port('output-lost', ['ledger-agrees', 'nothing-lost'], losing(({ topic, headers }) => headers['ce_type'] === 'docket.simulated.v1' || topic === 'outcomes')),
  port('ledger-record-lost', ['ledger-agrees', 'watermark', 'no-critical'], losing(isLedger)),
  port('audit-not-awaited', ['audit-first'], AuditNotAwaited),
  port('ledger-not-restored', ['exactly-once', 'no-critical', 'nothing-lost', 'progress', 'watermark', 'ledger-agrees'], LedgerNotRead),
  { name: 'due-time-ignored', breaks: ['no-early-retry'], deliver: (record) => withHeader(record, HEADER.notBefore, () => '0') },
  { name: 'uncommitted-records-read', breaks: ['exactly-once', 'no-critical', 'nothing-lost', 'watermark', 'progress', 'ledger-agrees'], uncommitted: true },
];

