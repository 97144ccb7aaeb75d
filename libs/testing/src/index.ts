export { ManualClock } from '@docket/contracts';
export { EmbeddedKafka, type EmbeddedKafkaOptions } from './kafka/embedded-kafka.js';
export { KAFKA_VERSION, kafkaLibs, type KafkaLibs, type KafkaLibsOptions } from './kafka/kafka-libs.js';
export { freePorts, portState, type PortState } from './net/free-port.js';
export { describeExit, GuardedProcess, type Exit, type GuardedProcessOptions } from './process/guarded-process.js';
export { guardGroup } from './process/process-guard.js';
export { ProcessLog, type ProcessLogOptions } from './process/process-log.js';
