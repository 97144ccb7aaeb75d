import { LANES, stagesOf, type Lane } from './stages.js';
import { topicCatalogue } from './topics.js';
import { describe, expect, it } from 'vitest';
import { watchedGroups } from './watched-groups.js';

const of = (lanes: readonly Lane[]) => new Map(watchedGroups(lanes).map((entry) => [entry.group, entry.topics]));

describe('the watched groups', () => {
  it('are all stages on their inputs', () => {
    const groups = of(['standard', 'pii']);
    for (const stage of stagesOf(['standard', 'pii'])) expect(groups.get(stage.name)).toEqual([stage.input]);
  });

  it('and the readers of their lanes', () => {
    const groups = of(['standard', 'pii']);
    expect(groups.get('auditor')).toEqual(['audit.log']);
    expect(groups.get('console')).toEqual([
      'audit.log', 'outcomes', 'grants.work-units', 'deadlines.clocks', 'records.standard.work-units', 'records.pii.work-units',
    ]);
    expect([...groups.keys()].filter((name) => name.includes('classified'))).toEqual([]);
  });

  it('keep the classified lane apart', () => {
    const groups = of(['classified']);
    for (const [group, topics] of groups) {
      expect(group).toMatch(/\.classified(\.http)?$/);
      for (const topic of topics) expect(topic).toMatch(/^(classified|records\.classified)\./);
    }
    expect(groups.get('auditor.classified')).toEqual(['classified.audit.log']);
  });

  it('are each named once', () => {
    const all = watchedGroups(LANES).map((entry) => entry.group);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([[['standard', 'pii']], [['standard']], [['pii', 'standard', 'classified']]] as Lane[][][])('read only what the catalogue of %j lets them', (lanes) => {
    const catalogue = new Map(topicCatalogue({ lanes, partitions: 1, replication: 1 }).map((spec) => [spec.name, spec]));
    for (const { group, topics } of watchedGroups(lanes)) {
      const component = stagesOf(lanes).find((stage) => stage.name === group)?.component ?? group.split('.')[0];
      for (const topic of topics) expect(catalogue.get(topic)?.readers, `${group} on ${topic}`).toContain(component);
    }
  });
});
