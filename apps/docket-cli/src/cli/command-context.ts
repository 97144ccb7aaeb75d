import type { Clock } from '@docket/contracts';
import type { Cluster, Connection } from './cluster.js';
import type { ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

/** What a command is given besides its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly open: (connection: Connection, terminal: Terminal) => Promise<Cluster>;
  /** Called once by the command that ran. */
  readonly done: (code: ExitCode) => void;
}
