import type { TopicSpec } from '@docket/contracts';
import type { Cluster } from './cluster.js';
import { CliError, EXIT } from './exit.js';

/** Throws CliError (not found) where one of the topics does not exist. */
export async function requireTopics(cluster: Cluster, topics: readonly string[]): Promise<void> {
  // Only whether they are there counts.
  const specs = [...new Set(topics)].map((name): TopicSpec => ({ name, partitions: 1, key: '', writers: [], readers: [], config: {} }));
  const missing = (await cluster.planTopics(specs)).missing.map((spec) => spec.name);
  if (missing.length === 0) return;
  const shown = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', …' : '');
  const hint = 'Run `docket topics apply`, or check --lanes, --prefix and the name of the stage: `docket stage list` shows those of the catalogue';
  throw new CliError(EXIT.notFound, `${missing.length} topic(s) do not exist: ${shown}. ${hint}`);
}
