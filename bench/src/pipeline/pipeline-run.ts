import { DocketError } from '@docket/contracts';
import type { Kafka } from 'kafkajs-raw';
import type { Turn } from '../bench.js';
import { harnessClient } from '../kafka/client.js';
import { createTopics, deleteTopics } from '../kafka/topics.js';
import { SubjectProcess } from '../subject/subject-process.js';
import type { SubjectSettings } from '../subject/settings.js';
import { TOPIC_ROLES, topicName } from '../workload/topics.js';
import { OutcomeReader } from './outcome-reader.js';
import { isExactlyOnce } from './subjects.js';

/** Of each topic of the pipeline. */
export const PARTITIONS = 8;

export interface RunningPipeline {
  readonly kafka: Kafka;
  readonly reader: OutcomeReader;
  /** Where units go in. */
  readonly input: string;
}

/**
 * Runs a turn's subject over fresh topics while `measure` sends `units` units, numbered from 0, and waits for them;
 * then ends it and counts. Throws what SubjectProcess and OutcomeReader throw, and DOCKET_BENCH_DOUBLED (critical)
 * where a subject that promises exactly once has doubled a unit.
 */
export async function withPipeline<T>(
  turn: Turn, units: number, measure: (pipeline: RunningPipeline) => Promise<T>, partitions = PARTITIONS,
): Promise<T> {
  const kafka = harnessClient(turn.brokers, turn.prefix);
  const topics = TOPIC_ROLES.map((role) => topicName(turn.prefix, role));
  await createTopics(kafka, topics, partitions);
  const reader = await OutcomeReader.start(kafka, topicName(turn.prefix, 'out'), units);
  try {
    const settings: SubjectSettings = { brokers: turn.brokers, prefix: turn.prefix, partitions };
    const subject = new SubjectProcess(turn.subject, settings);
    try {
      await subject.untilReady();
      const result = await Promise.race([measure({ kafka, reader, input: topicName(turn.prefix, 'in') }), subject.gone()]);
      await subject.stop();
      await reader.settle();
      assertOnce(turn, reader.board.doubled);
      return result;
    } finally {
      await subject.stop();
    }
  } finally {
    await reader.close();
    await deleteTopics(kafka, topics);
  }
}

function assertOnce(turn: Turn, doubled: number): void {
  if (doubled === 0) return;
  if (isExactlyOnce(turn.subject)) throw new DocketError('DOCKET_BENCH_DOUBLED', `${turn.subject} promises exactly once and wrote ${doubled} outcomes again`);
  turn.progress(`${doubled} outcomes came more than once`);
}
