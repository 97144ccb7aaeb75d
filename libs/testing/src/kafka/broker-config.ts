export interface BrokerConfig {
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  /** Apart from `logDir`: only then does a broker lock it before it writes to it. */
  readonly metadataDir: string;
  /** Override everything else. */
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * server.properties of one KRaft node that is broker and controller in one, reachable from this machine only.
 * Sized for hundreds of partitions in a small heap.
 */
export function serverProperties(config: BrokerConfig): string {
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    // Static on purpose: a voter of a dynamic quorum is stored with its port, which may differ at the next start.
    'controller.quorum.voters': `1@127.0.0.1:${config.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${config.port},CONTROLLER://127.0.0.1:${config.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${config.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': config.logDir,
    'metadata.log.dir': config.metadataDir,
    // After a crash the broker is let in again only when its former session has ended: 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 10,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 10,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 4,
    // 128 MB by default, on the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // Reserved on disk for every partition, twice; a segment then ends at 512 MB at the latest.
    'log.index.size.max.bytes': 1024 * 1024,
    ...config.properties,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(String(value))}\n`)
    .join('');
}

/** Java's own options for a broker: quick to start, small, and gone rather than crippled when out of memory. */
export function javaArguments(heapMb: number, scratchDir: string): readonly string[] {
  return [
    `-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError', '-XX:-UsePerfData',
    // Native codecs are unpacked here, and stay after a SIGKILL: not in the machine's own temporary folder.
    `-Djava.io.tmpdir=${scratchDir}`,
    '-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn',
  ];
}

/** Backslashes start an escape in a properties file, and it is read as Latin-1. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replace(/[^\x20-\x7e]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
