import type { InputRecord } from '@docket/stage';
import type { SimulatedBroker } from '../broker/simulated-broker.js';
import type { Network } from '../world/network.js';
import type { Random } from '../world/random.js';
import type { SimulatedProcess } from '../world/simulated-process.js';
import { Cursor } from './cursor.js';

export interface TopicCursorsOptions {
  readonly broker: SimulatedBroker;
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly random: Random;
  readonly topics: readonly string[];
  readonly deliver: (topic: string, partition: number, records: readonly InputRecord[], next: number) => void;
  readonly uncommitted: boolean;
}

/** A consumer's places in the partitions that the group gave it. */
export class TopicCursors {
  readonly #cursors = new Map<number, Map<string, Cursor>>();

  constructor(private readonly options: TopicCursorsOptions) {}

  get(partition: number, topic: string): Cursor | undefined {
    return this.#cursors.get(partition)?.get(topic);
  }

  /** Everything that is under way is dropped; what was paused stays so. */
  stop(): void {
    for (const cursors of this.#cursors.values()) for (const cursor of cursors.values()) cursor.halt();
  }

  /** As at a join: places are forgotten and begin at the committed offsets; partitions that are new begin paused. */
  assigned(partitions: readonly number[]): void {
    for (const partition of [...this.#cursors.keys()]) {
      if (partitions.includes(partition)) continue;
      for (const cursor of this.#cursors.get(partition)?.values() ?? []) cursor.halt();
      this.#cursors.delete(partition);
    }
    for (const partition of partitions) {
      const before = this.#cursors.get(partition);
      this.#cursors.set(partition, new Map(this.options.topics.map((topic) => {
        const cursor = this.#make(topic, partition);
        const old = before?.get(topic);
        old?.halt();
        if (old?.paused === false) cursor.resume();
        return [topic, cursor];
      })));
    }
  }

  /** For a task's new life: all topics of the partition stand still. */
  reset(partition: number): void {
    const cursors = this.#cursors.get(partition);
    if (!cursors) return;
    for (const [topic, cursor] of cursors) {
      cursor.halt();
      cursors.set(topic, this.#make(topic, partition));
    }
  }

  #make(topic: string, partition: number): Cursor {
    const { broker, process, network, random, deliver, uncommitted } = this.options;
    const log = broker.log(topic, partition);
    return new Cursor(
      { log, process, network, random, uncommitted, deliver: (records, next) => deliver(topic, partition, records, next) },
      broker.offsets.get(topic, partition) ?? log.low,
    );
  }
}
