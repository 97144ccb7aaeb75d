import type { Kafka } from '@docket/stage-kafka';

export interface ConsumerWatch {
  /** The topic whose partition numbers are those of the tasks. */
  readonly topic: string;
  /** In the synchronous part of a join. */
  readonly assigned: (partitions: readonly number[], memberId: string) => void;
  /** A task set the place to read a partition from: it runs, or was kept. */
  readonly sought: (partition: number) => void;
}

/** The same client; its consumers tell what they are given and where tasks begin to read, and do all else unchanged. */
export function watchConsumers(kafka: Kafka, { topic, assigned, sought }: ConsumerWatch): Kafka {
  const create = kafka.consumer.bind(kafka);
  kafka.consumer = (config) => {
    const consumer = create(config);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => assigned(payload.memberAssignment[topic] ?? [], payload.memberId));
    const seek = consumer.seek.bind(consumer);
    consumer.seek = (place) => {
      seek(place);
      if (place.topic === topic) sought(place.partition);
    };
    return consumer;
  };
  return kafka;
}
