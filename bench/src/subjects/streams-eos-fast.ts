import { kafkaStreams } from '../streams/kafka-streams.js';
import { runSubject } from '../subject/run-subject.js';

await runSubject((settings) => kafkaStreams(settings, { 'producer.linger.ms': '0', 'commit.interval.ms': '10' }));
