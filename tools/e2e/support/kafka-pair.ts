import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedKafka, freePorts } from '@docket/testing';

/** Any 16 bytes: both nodes form one cluster. */
const CLUSTER_ID = 'docketPairOfNodes0000A';

/** A Kafka node, and a second one that can join it, hold replicas, and be gone again. */
export class KafkaPair {
  readonly #folder = mkdtempSync(join(tmpdir(), 'docket-e2e-pair-'));
  readonly #nodes: EmbeddedKafka[] = [];

  private constructor(private readonly ports: readonly [first: number, second: number, controller: number]) {}

  /** With the first node only: what is created now is there for good. */
  static async start(): Promise<KafkaPair> {
    const [first = 0, second = 0, controller = 0] = await freePorts(3);
    const pair = new KafkaPair([first, second, controller]);
    await pair.#start(1, first, { listeners: `PLAINTEXT://127.0.0.1:${first},CONTROLLER://127.0.0.1:${controller}` });
    return pair;
  }

  get brokers(): readonly string[] {
    return this.#nodes[0]?.brokers ?? [];
  }

  async startSecond(): Promise<void> {
    const [, second] = this.ports;
    await this.#start(2, second, { 'process.roles': 'broker', listeners: `PLAINTEXT://127.0.0.1:${second}` });
  }

  /** SIGKILL. */
  async killSecond(): Promise<void> {
    this.#nodes[1]?.kill();
    await this.#nodes[1]?.exited;
  }

  async stop(): Promise<void> {
    // The second cannot end cleanly without the controller.
    for (const node of this.#nodes.toReversed()) await node.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(id: number, port: number, properties: Readonly<Record<string, string>>): Promise<void> {
    this.#nodes.push(await EmbeddedKafka.start({
      port, clusterId: CLUSTER_ID, dataDir: join(this.#folder, String(id)),
      properties: { 'node.id': String(id), 'controller.quorum.voters': `1@127.0.0.1:${this.ports[2]}`, ...properties },
    }));
  }
}
