import { controlKey, HEADER, laneTopic, parseControlCommand, type ControlCommand, type Lane } from '@docket/contracts';
import type { Cluster } from '../cli/cluster.js';
import { CliError, EXIT } from '../cli/exit.js';
import { ControlLog } from './control-log.js';

export function controlTopic(lane: Lane): string {
  return laneTopic(lane, 'control.commands');
}

/** One lane for each control topic that these lanes have. */
export function controlLanes(lanes: readonly Lane[]): Lane[] {
  return [...new Map(lanes.map((lane) => [controlTopic(lane), lane])).values()];
}

/** All commands and progress as they stand now. */
export async function readControl(cluster: Cluster, lane: Lane): Promise<ControlLog> {
  const log = new ControlLog();
  await cluster.readTopics([controlTopic(lane)], (record) => log.apply(record));
  return log;
}

/** Throws CliError (failed) where the broker did not confirm it; then it may stand there all the same. */
export async function writeControl(cluster: Cluster, lane: Lane, command: ControlCommand): Promise<void> {
  const key = controlKey(command);
  const value = Buffer.from(JSON.stringify(command));
  // What a stage could not read must not be written.
  parseControlCommand(key, value);
  try {
    await cluster.write({ topic: controlTopic(lane), key, value, headers: { [HEADER.contentType]: 'application/json' } });
  } catch (cause) {
    throw new CliError(EXIT.failed, `the broker did not confirm the command ${key}: see with \`docket ops list\` or \`docket stage list\` whether it stands there`, cause);
  }
}
