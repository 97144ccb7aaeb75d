import type { Kafka } from '@docket/stage-kafka';

/** The client's types, by way of the adapter: nothing else imports the client itself. */
export type Consumer = ReturnType<Kafka['consumer']>;
export type Batch = Parameters<NonNullable<NonNullable<Parameters<Consumer['run']>[0]>['eachBatch']>>[0]['batch'];
