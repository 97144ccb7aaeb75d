import { randomUUID } from 'node:crypto';
import { createKafka, RecordWriter, TopicNames } from '@docket/stage-kafka';
import fastify from 'fastify';
import { readDoorSettings } from '../intake/door-settings.js';

const nothing = () => undefined;
const DIGEST = '0'.repeat(64);
const KEY = '0'.repeat(28);

/** The least that takes a body over HTTP and answers once the broker has it: nothing is read, checked or computed. Its records and answers have as many bytes as the front door's. */
const { brokers, prefix, httpPort } = readDoorSettings(process.argv[2]);
const kafka = createKafka({ brokers, clientId: 'bare', log: { info: nothing, warn: nothing, error: nothing }, endless: true });
const writer = new RecordWriter(kafka, new TopicNames(prefix));
await writer.connect();
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
let count = 0;
app.post('/v1/grants/submissions', async (request, reply) => {
  const id = String(request.headers['idempotency-key']);
  const batchTraceId = randomUUID();
  await writer.write([{
    topic: 'grants.submissions', key: `${KEY}${String(count++ % 10_000).padStart(4, '0')}`, value: request.body as Buffer,
    headers: {
      ce_specversion: '1.0', ce_id: id, ce_source: '/tenants/bench/http', ce_type: 'docket.grant.submission.v1', ce_time: new Date().toISOString(),
      'content-type': 'application/json', 'docket-digest': DIGEST, 'docket-batch-trace-id': batchTraceId,
    },
  }]);
  void reply.status(202).header('location', `http://127.0.0.1:8085/api/v1/units/${batchTraceId}`);
  return { correlationId: batchTraceId, batchTraceId, digest: DIGEST, status: 'accepted' };
});
process.once('SIGTERM', () => void app.close().then(() => writer.close()).then(() => process.exit(0)));
await app.listen({ port: httpPort, host: '127.0.0.1' });
process.stdout.write('ready\n');
