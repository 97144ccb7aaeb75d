import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createKafka } from '@docket/stage-kafka';
import { vi } from 'vitest';
import type { GroupCommand, GroupMemberOptions, GroupMessage } from './group-messages.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** The broker takes none that is shorter. */
const SESSION_MS = 6_000;
const MARGIN_MS = 1_000;

/** A member as the scenario sees it. */
export class GroupMember {
  readonly instance: string;
  readonly messages: GroupMessage[] = [];
  readonly #process: ChildProcess;

  constructor(options: GroupMemberOptions) {
    this.instance = options.instance;
    this.#process = fork(join(import.meta.dirname, 'group-member.ts'), [JSON.stringify(options)], { execArgv: [] });
    this.#process.on('message', (message) => this.messages.push(message as GroupMessage));
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** As of the last join. */
  get partitions(): readonly number[] {
    return this.all('joined').at(-1)?.partitions ?? [];
  }

  /** What it told of one kind, later than `since`. */
  all<K extends GroupMessage['kind']>(kind: K, since = 0): (GroupMessage & { readonly kind: K })[] {
    return this.messages.filter((message): message is GroupMessage & { readonly kind: K } => message.kind === kind && message.at > since);
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  tell(command: GroupCommand): void {
    this.#process.send(command);
  }

  async end(command?: 'stop'): Promise<void> {
    if (!this.running) return;
    const ended = once(this.#process, 'exit');
    if (command) this.tell(command);
    else this.signal('SIGKILL');
    await ended;
  }
}

/** A group of processes on topics of their own, into each partition of which a record goes every 50 ms. */
export class GroupBench {
  readonly partitionCount: number;
  readonly sessionMs = SESSION_MS;
  readonly marginMs = MARGIN_MS;
  readonly #members: GroupMember[] = [];
  readonly #options: Omit<GroupMemberOptions, 'instance' | 'drainMs'>;
  readonly #close: () => Promise<void>;

  private constructor(options: Omit<GroupMemberOptions, 'instance' | 'drainMs'>, partitionCount: number, close: () => Promise<void>) {
    this.#options = options;
    this.partitionCount = partitionCount;
    this.#close = close;
  }

  static async open(brokers: readonly string[], partitionCount: number): Promise<GroupBench> {
    const name = `e2e-group-${randomUUID().slice(0, 8)}`;
    const [input, ledger] = [`${name}.in`, `${name}.ledger`];
    const kafka = createKafka({ brokers, clientId: name, log: quiet });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [input, ledger].map((topic) => ({ topic, numPartitions: partitionCount, replicationFactor: 1 })) });
    await vi.waitFor(() => Promise.all([input, ledger].map((topic) => admin.fetchTopicOffsets(topic))), { timeout: 20_000, interval: 100 });
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: partitionCount }, (_, partition) => ({ partition, value: 'x' }));
    const timer = setInterval(() => void producer.send({ topic: input, messages }).catch(() => undefined), 50);
    return new GroupBench({ brokers, group: name, input, ledger, sessionTimeoutMs: SESSION_MS, marginMs: MARGIN_MS }, partitionCount, async () => {
      clearInterval(timer);
      await producer.disconnect();
    });
  }

  start(instance: string, drainMs = 0): GroupMember {
    const member = new GroupMember({ ...this.#options, instance, drainMs });
    this.#members.push(member);
    return member;
  }

  /** Members that are told to run, started; resolves when every partition runs. */
  async startAll(instances: readonly string[], drainMs = 0): Promise<GroupMember[]> {
    const members = instances.map((instance) => this.start(instance, drainMs));
    await this.allRun(members);
    return members;
  }

  /** Resolves when every partition runs in just one of these members, evenly. */
  async allRun(members: readonly GroupMember[], since = 0): Promise<void> {
    await vi.waitFor(() => this.#expectShared(members, since), { timeout: 30_000, interval: 20 }).catch((error: unknown) => {
      throw new Error(`not every partition runs; what the members told: ${JSON.stringify(members.map(told))}`, { cause: error });
    });
  }

  #expectShared(members: readonly GroupMember[], since: number): void {
    const [least, most] = [Math.floor(this.partitionCount / members.length), Math.ceil(this.partitionCount / members.length)];
    for (const { instance, partitions, messages } of members) {
      if (partitions.length < least || partitions.length > most) throw new Error(`${instance} has ${partitions.length} partitions`);
      const joinedAt = messages.findLast(({ kind }) => kind === 'joined')?.at ?? 0;
      for (const partition of partitions) {
        const ran = messages.some((message) => message.kind === 'ran' && message.partition === partition && message.at > Math.max(since, joinedAt));
        if (!ran) throw new Error(`${instance} does not run ${partition}`);
      }
    }
    const all = members.flatMap(({ partitions }) => partitions);
    if (new Set(all).size !== this.partitionCount || all.length !== this.partitionCount) throw new Error('partitions are not shared out');
  }

  /** When the last of the partitions first ran in one of these members after `since`, in milliseconds from then. */
  ranAgainAfter(partitions: readonly number[], members: readonly GroupMember[], since: number): number {
    return Math.max(...partitions.map((partition) => Math.min(...ran(members, partition, since)))) - since;
  }

  /** The longest time that any of the partitions stood still after `since`. */
  longestPause(partitions: readonly number[], since: number): number {
    return Math.max(...partitions.map((partition) => {
      const times = ran(this.#members, partition, since).sort((a, b) => a - b);
      return Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at)));
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
    await this.#close();
  }
}

function told({ instance, running, messages }: GroupMember): object {
  return { instance, running, messages: messages.filter(({ kind }) => kind !== 'ran' && kind !== 'lease').slice(-20) };
}

function ran(members: readonly GroupMember[], partition: number, since: number): number[] {
  return members.flatMap((member) => member.all('ran', since)).filter((message) => message.partition === partition).map(({ at }) => at);
}
