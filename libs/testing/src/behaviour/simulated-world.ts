import { ownTopics, stageSpec } from '@docket/contracts';
import { SimulatedBroker } from '../simulation/broker/simulated-broker.js';
import { SimulatedMember } from '../simulation/member/simulated-member.js';
import { Network } from '../simulation/world/network.js';
import { Random } from '../simulation/world/random.js';
import { SimulatedProcess } from '../simulation/world/simulated-process.js';
import { Trace } from '../simulation/world/trace.js';
import { settled, VirtualTime } from '../simulation/world/virtual-time.js';
import { PARTITIONS, type BehaviourWorld, type DrivenGroup, type Member } from './behaviour-world.js';

const SPEC = stageSpec('executor');
const SESSION_MS = 10_000;
/** Virtual time goes on by itself, a little at each turn of the event loop. */
const STEP_MS = 2;

/** The simulated broker without any fault, in virtual time that runs while the test waits. */
export class SimulatedWorld implements BehaviourWorld {
  readonly topics;
  readonly #time = new VirtualTime();
  readonly #trace = new Trace(false, () => this.#time.now);
  readonly #network = new Network(this.#time, new Random(1, 2), this.#trace, 5);
  readonly #broker = new SimulatedBroker({
    time: this.#time, random: new Random(1, 3), partitions: PARTITIONS, group: { sessionMs: SESSION_MS, rebalanceMs: 15_000 }, transactionTimeoutMs: 86_400_000,
  });
  readonly #processes: SimulatedProcess[] = [];
  readonly #escaped: unknown[] = [];
  #closed = false;
  readonly #running: Promise<void>;

  constructor() {
    const { retry, ledger, parked } = ownTopics(SPEC);
    this.topics = { input: SPEC.input, retry: retry[0] ?? '', ledger, probe: parked, out: 'out' };
    this.#running = this.#run();
  }

  join(group: DrivenGroup): Promise<Member> {
    const number = this.#processes.length;
    const process = new SimulatedProcess(`i${number}`, this.#time, this.#trace);
    this.#processes.push(process);
    const { retry, dlq, parked, ledger, attempts = '' } = ownTopics(SPEC);
    const member = new SimulatedMember({
      process, network: this.#network, broker: this.#broker, random: new Random(1, 10 + number), stageName: SPEC.name,
      topics: [SPEC.input, ...retry, dlq, parked, ledger, attempts], sessionMs: SESSION_MS, heartbeatMs: 50,
      port: { onAudit: () => undefined, auditRefusesFor: () => 0, onFenced: () => undefined, onMisuse: (what) => this.#escaped.push(what) },
      onEscape: (error) => this.#escaped.push(error),
    });
    process.later(1, () => member.start({
      beforeJoin: () => group.beforeJoin(),
      assigned: (partitions, joined) => group.assigned(partitions, joined),
      accept: (topic, partition, records, next) => group.accept(topic, partition, records, next),
      claims: () => group.claims(),
    }), 'timer');
    return Promise.resolve(member);
  }

  append(topic: string, partition: number, values: readonly string[]): Promise<void> {
    for (const value of values) this.#broker.append({ topic, partition, key: 'k', value: Buffer.from(value), headers: {} });
    return Promise.resolve();
  }

  async abandon(partition: number, topic: string, value: string): Promise<void> {
    const { transactions } = this.#broker;
    const producer = await new Promise<Parameters<SimulatedBroker['produce']>[0]>((resolve) => transactions.init(`docket-${SPEC.name}-${partition}-a`, resolve));
    await new Promise<void>((resolve, reject) =>
      this.#broker.produce(producer, [{ topic, partition, key: 'k', value: Buffer.from(value), headers: {} }], resolve, reject));
  }

  read(topic: string, partition: number): Promise<string[]> {
    return Promise.resolve(this.#broker.log(topic, partition).all().map(({ value }) => String(value)));
  }

  now(): number {
    return this.#time.now;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    if (this.#escaped.length > 0) throw new Error('the ports were misused', { cause: this.#escaped[0] });
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      await this.#time.run(this.#time.now + STEP_MS);
      await settled();
    }
  }
}
