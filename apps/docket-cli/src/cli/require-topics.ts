import { LANES, topicCatalogue } from '@docket/contracts';
import type { Cluster } from './cluster.js';
import { CliError, EXIT } from './exit.js';

/** Throws CliError (not found) where one of the topics does not exist. */
export async function requireTopics(cluster: Cluster, topics: readonly string[]): Promise<void> {
  const wanted = new Set(topics);
  const specs = topicCatalogue({ lanes: LANES, partitions: 1, replication: 1 }).filter((spec) => wanted.has(spec.name));
  const missing = (await cluster.planTopics(specs)).missing.map((spec) => spec.name);
  if (missing.length === 0) return;
  const shown = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', …' : '');
  const hint = 'Run `docket topics apply`, or check --lanes and --prefix';
  throw new CliError(EXIT.notFound, `${missing.length} topic(s) do not exist: ${shown}. ${hint}`);
}
