import { HEADER, lagKey, outputId, type TopicLag } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';

const SOURCE = '/docket/lag-collector';

/** The compacted record of one group and topic: the latest replaces those before it. */
export function lagRecord(topic: string, lag: TopicLag): OutputRecord {
  const key = lagKey(lag);
  return {
    topic,
    key,
    value: Buffer.from(JSON.stringify(lag)),
    headers: {
      [HEADER.specVersion]: '1.0',
      [HEADER.id]: outputId('lag-collector', SOURCE, key, lag.at),
      [HEADER.source]: SOURCE,
      [HEADER.type]: 'docket.lag.v1',
      [HEADER.subject]: key,
      [HEADER.time]: lag.at,
      [HEADER.contentType]: 'application/json',
    },
  };
}
