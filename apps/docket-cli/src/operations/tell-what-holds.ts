import type { Lane } from '@docket/contracts';
import type { Cluster } from '../cli/cluster.js';
import type { Terminal } from '../cli/terminal.js';
import { readControl } from './control-topic.js';

/** Tells why an operation would wait: its stage is paused, or nobody is there to carry it out. */
export async function tellWhatHolds(stage: string, lane: Lane, cluster: Cluster, terminal: Pick<Terminal, 'err'>): Promise<void> {
  if ((await readControl(cluster, lane)).stage(stage)?.state === 'paused') {
    terminal.err(`docket: ${stage} is paused: the operation waits until \`docket stage resume ${stage}\`\n`);
  }
  // Whoever may not look at groups goes without the hint.
  const [group] = await cluster.groupStatus([stage]).catch(() => []);
  if (group?.members.length === 0) terminal.err(`docket: no process of ${stage} is there (its group has no member): the operation waits for one\n`);
}
