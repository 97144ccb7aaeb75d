import { EmbeddedKafka } from '@docket/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` of each broker of the cluster that scenarios share: `inject('brokers')`. */
    readonly brokers: readonly string[];
  }
}

/** One broker for all scenarios: the cluster that KAFKA_BROKERS names, else a new embedded one. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) {
    project.provide('brokers', given.split(',').map((broker) => broker.trim()));
    return undefined;
  }
  const kafka = await EmbeddedKafka.start({ onProgress: (text) => process.stdout.write(`${text}\n`) });
  project.provide('brokers', kafka.brokers);
  return () => kafka.stop();
}
