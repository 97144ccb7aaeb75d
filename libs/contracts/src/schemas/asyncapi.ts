import { LANES, stagesOf } from '../kafka/stages.js';
import { topicCatalogue, type CatalogueOptions, type TopicSpec } from '../kafka/topics.js';
import { HEADER } from '../kafka/headers.js';
import { EVENT_TYPES, HEADER_SCHEMAS, type EventType } from './event-types.js';
import type { JsonSchema } from './json-schema.js';

/** Any JSON object. */
type Json = Readonly<Record<string, unknown>>;

const BINDING_VERSION = '0.5.0';

/** Settings for which the Kafka binding has a name and a type; others of a topic stand in `x-docket-topic-settings`. */
const NUMBERS: ReadonlySet<string> = new Set(['retention.ms', 'delete.retention.ms', 'max.message.bytes']);

/** What an install chooses; the document shows one choice and says so. */
const SHOWN: CatalogueOptions = { lanes: LANES, partitions: 6, replication: 3 };

/**
 * AsyncAPI 3.0 document of what those outside may write and read. It describes their side: `send` is what they write,
 * `receive` what they read. Docket's own topics are not in it.
 */
export function asyncApiDocument(): Json {
  const outside = EVENT_TYPES.filter(({ direction }) => direction !== 'internal');
  const channels = topicCatalogue(SHOWN)
    .map((topic) => ({ topic, types: outside.filter(({ topics }) => topics.includes(topic.name)) }))
    .filter(({ types }) => types.length > 0);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Docket',
      version: '0.1.0',
      description: [
        'Topics of Docket for those who write to them or read from them. Delivery is at least once in the eyes of a reader: records of one key come in order, and one that is repeated has the `ce_id` of the first.',
        'Every topic has the prefix of its install. Partitions, replicas and `min.insync.replicas` are those of `docket topics apply --partitions 6 --replication 3`; an install chooses its own. Lanes that an install does not run have no topics. Who may do what is for the ACLs of the cluster, and how it is reached (TLS, SASL) for its operators.',
      ].join('\n\n'),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      cluster: {
        host: '{host}:{port}',
        protocol: 'kafka',
        description: 'The Kafka cluster of an install.',
        variables: {
          host: { description: 'Host of a bootstrap server.', default: 'localhost' },
          port: { description: 'Its port.', default: '9092' },
        },
      },
    },
    channels: Object.fromEntries(channels.map(({ topic, types }) => [topic.name, channel(topic, types)])),
    operations: Object.fromEntries(channels.flatMap(({ topic, types }) => types.map((type) => operation(topic, type)))),
    components: {
      messages: Object.fromEntries(outside.map((type) => [type.name, message(type)])),
      schemas: Object.fromEntries([...outside, ...HEADER_SCHEMAS.filter(({ direction }) => direction !== 'internal')].map(({ name, schema }) => [name, embedded(schema)])),
      parameters: { prefix: { description: 'DOCKET_PREFIX of the install, dot included; mostly none.', default: '' } },
    },
  };
}

function channel(topic: TopicSpec, types: readonly EventType[]): Json {
  const groups = stagesOf(LANES).filter(({ input }) => input === topic.name).map(({ name }) => `docket-${name}`);
  const settings = Object.entries(topic.config);
  const bound = (name: string) => name === 'cleanup.policy' || NUMBERS.has(name);
  return {
    address: `{prefix}${topic.name}`,
    title: topic.name,
    description: `Record key: ${topic.key}. Written by ${topic.writers.join(', ')}; read by ${topic.readers.join(', ')}.`,
    servers: [{ $ref: '#/servers/cluster' }],
    parameters: { prefix: { $ref: '#/components/parameters/prefix' } },
    messages: Object.fromEntries(types.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        partitions: topic.partitions,
        replicas: SHOWN.replication,
        topicConfiguration: Object.fromEntries(settings.filter(([name]) => bound(name)).map(([name, value]) => [name, name === 'cleanup.policy' ? value.split(',') : Number(value)])),
        bindingVersion: BINDING_VERSION,
      },
    },
    'x-docket-topic-settings': Object.fromEntries(settings.filter(([name]) => !bound(name))),
    ...(groups.length > 0 && { 'x-docket-consumer-groups': groups }),
  };
}

function operation(topic: TopicSpec, { name, direction, schema }: EventType): [string, Json] {
  const writes = direction === 'write';
  return [
    `${writes ? 'write' : 'read'}.${topic.name}`,
    {
      action: writes ? 'send' : 'receive',
      title: `${writes ? 'Write' : 'Read'} ${topic.name}`,
      summary: schema.title,
      channel: { $ref: `#/channels/${topic.name}` },
      messages: [{ $ref: `#/channels/${topic.name}/messages/${name}` }],
    },
  ];
}

const HEADERS_OF = { upstream: 'docket.headers.upstream.v1', stage: 'docket.headers.stage.v1' } as const;

function message({ name, envelope, schema, topics }: EventType): Json {
  const key = topicCatalogue(SHOWN).find((topic) => topics.includes(topic.name))?.key ?? '';
  return {
    name,
    title: schema.title,
    summary: schema.description,
    contentType: 'application/json',
    ...(envelope !== 'none' && { headers: { $ref: `#/components/schemas/${HEADERS_OF[envelope]}` } }),
    payload: { $ref: `#/components/schemas/${name}` },
    // Upstream sets none: intake derives it.
    ...(envelope === 'stage' && { correlationId: { description: 'Correlation id of the unit.', location: `$message.header#/${HEADER.correlationId}` } }),
    bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: BINDING_VERSION } },
    'x-docket-schema-file': `libs/contracts/schemas/${name}.json`,
  };
}

/** AsyncAPI reads schemas as draft-07; the keywords in use mean the same there. */
function embedded(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return rest;
}
