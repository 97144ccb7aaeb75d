/**
 * Apache Kafka, behind the adapter, does what the ports of the streaming core say: the same suite that the simulated broker
 * passes, so that what the simulator proves of the core holds on a real one.
 */
import { ALL_FEATURES, describeBehaviour } from '@docket/testing/behaviour';
import { inject } from 'vitest';
import { KafkaWorld } from './support/kafka-world.js';

describeBehaviour('Apache Kafka', ALL_FEATURES, () => KafkaWorld.open(inject('brokers')));
