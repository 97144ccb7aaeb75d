import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EmbeddedKafka, type EmbeddedKafkaOptions } from '@docket/testing';
import { stablePorts } from './stable-ports.js';

const START_TRIES = 3;

export interface BrokerClusterOptions {
  readonly nodes: number;
  /** Data and logs of all nodes. */
  readonly folder: string;
  readonly onProgress: (text: string) => void;
}

/** Nodes of one Kafka cluster, each broker and controller in one; each can be taken away and brought back on its port. */
export class BrokerCluster {
  readonly brokers: readonly string[];
  readonly #nodes: (EmbeddedKafka | undefined)[] = [];
  readonly #options: readonly EmbeddedKafkaOptions[];

  private constructor(options: readonly EmbeddedKafkaOptions[]) {
    this.#options = options;
    this.brokers = options.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** Resolves when all nodes take requests. Throws as EmbeddedKafka.start does, and then leaves nothing running. */
  static async start({ nodes, folder, onProgress }: BrokerClusterOptions): Promise<BrokerCluster> {
    const ports = await stablePorts(2 * nodes);
    const controllers = ports.slice(nodes);
    const clusterId = newClusterId();
    const voters = controllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(',');
    const cluster = new BrokerCluster(ports.slice(0, nodes).map((port, index) => ({
      port, clusterId,
      dataDir: join(folder, `kafka-${index + 1}`),
      logFile: join(folder, `kafka-${index + 1}.log`),
      properties: {
        'node.id': String(index + 1),
        'controller.quorum.voters': voters,
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllers[index]}`,
        ...replicated(nodes),
      },
    })));
    onProgress(nodes === 1 ? 'starting Apache Kafka' : `starting ${nodes} nodes of Apache Kafka`);
    // Together: none is ready before most of them can vote.
    const started = await Promise.allSettled(cluster.#options.map((_, index) => cluster.bringBack(index)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      await cluster.stop();
      throw failed.reason;
    }
    return cluster;
  }

  /** SIGKILL, or a clean shutdown; resolves when the node is gone. */
  async takeAway(index: number, how: 'kill' | 'stop'): Promise<void> {
    const node = this.#nodes[index];
    this.#nodes[index] = undefined;
    if (how === 'kill') node?.kill();
    else await node?.stop();
    await node?.exited;
  }

  /** Resolves when the node takes requests again. */
  async bringBack(index: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#nodes[index] = await EmbeddedKafka.start(this.#options[index]);
        return;
      } catch (error) {
        // Sockets of the node before may still be closing.
        if (tries === START_TRIES) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.filter((node) => node !== undefined).map((node) => node.stop()));
  }
}

/** Internal topics too: a cluster that loses one node must go on. */
function replicated(nodes: number): Record<string, string> {
  if (nodes < 3) return {};
  return {
    'default.replication.factor': '3', 'min.insync.replicas': '2',
    'offsets.topic.replication.factor': '3',
    'transaction.state.log.replication.factor': '3', 'transaction.state.log.min.isr': '2',
    'share.coordinator.state.topic.replication.factor': '3', 'share.coordinator.state.topic.min.isr': '2',
  };
}

/** A leading dash would look like an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
