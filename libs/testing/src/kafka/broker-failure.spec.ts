import { expect, it } from 'vitest';
import { describeStartFailure, startFailure, tellingLines } from './broker-failure.js';

const LOCKED = [
  '2026-01-01 10:00:00.000 [main] INFO kafka.server.SharedServer - [SharedServer id=1] Starting SharedServer',
  '2026-01-01 10:00:00.001 [main] ERROR kafka.server.SharedServer - [SharedServer id=1] Got exception while starting SharedServer',
  'org.apache.kafka.common.KafkaException: Failed to acquire lock on file .lock in /data/metadata. A Kafka instance in another process or thread is using this directory.',
  '\tat kafka.raft.KafkaRaftManager$.lockDataDir(RaftManager.scala:92)',
  '\t... 4 more',
];
const BOUND = ['org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: Address already in use.'];

it('recognises what users run into', () => {
  expect(startFailure(LOCKED)).toBe('data in use');
  expect(startFailure(BOUND)).toBe('port in use');
  expect(startFailure(['Error: Could not find or load main class kafka.Kafka'])).toBe('unknown');
});

it('shows errors without stack frames and everyday lines', () => {
  expect(tellingLines(LOCKED)).toEqual(LOCKED.slice(1, 3));
});

it('shows the last lines where there is no error', () => {
  expect(tellingLines(['a INFO b', 'c INFO d'], 1)).toEqual(['c INFO d']);
});

it('tells what to do, and shows the log only where it is needed', () => {
  const told = (log: readonly string[]) => describeStartFailure(startFailure(log), '/data', 'ended at its start (exit code 1)', log);
  expect(told(LOCKED)).toBe('the data folder /data is in use by another broker: stop that one, or choose another folder');
  expect(told(BOUND)).toContain('choose another port');
  expect(told(['Error: no main class'])).toBe('Apache Kafka ended at its start (exit code 1); from its log:\nError: no main class');
  expect(told([])).toBe('Apache Kafka ended at its start (exit code 1) and wrote no log');
});
