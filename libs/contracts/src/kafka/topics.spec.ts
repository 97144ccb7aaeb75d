import { describe, expect, it } from 'vitest';
import { LANES, stagesOf } from './stages.js';
import { topicCatalogue } from './topics.js';

/** The catalogue is the one source of topics: what a stage reads or writes is in it, and lanes stay apart. */
describe('topicCatalogue', () => {
  const all = topicCatalogue({ lanes: LANES, partitions: 6, replication: 3 });
  const names = new Set(all.map((topic) => topic.name));

  it('names no topic twice', () => {
    expect(names.size).toBe(all.length);
  });

  it('has every topic that a stage reads or writes', () => {
    for (const spec of stagesOf(LANES)) {
      for (const topic of [spec.input, ...spec.outputs, `${spec.name}.dlq`, `${spec.name}.parked`]) expect(names).toContain(topic);
    }
  });

  it('gives a stage and its topics equal partition counts, and every topic the broker time', () => {
    expect(new Set(all.map((topic) => topic.partitions))).toEqual(new Set([6]));
    expect(all.every((topic) => topic.config['message.timestamp.type'] === 'LogAppendTime')).toBe(true);
  });

  it('keeps the audit log compacted only, with time before a record may be dropped', () => {
    const audit = all.find((topic) => topic.name === 'audit.log');
    expect(audit?.config).toMatchObject({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(7 * 86_400_000), 'min.insync.replicas': '2' });
  });

  it('shares no topic between the classified lane and the others', () => {
    const classified = topicCatalogue({ lanes: ['classified'], partitions: 6, replication: 3 }).map((topic) => topic.name);
    const others = topicCatalogue({ lanes: ['standard', 'pii'], partitions: 6, replication: 3 }).map((topic) => topic.name);
    expect(classified.filter((name) => others.includes(name))).toEqual([]);
  });
});
