import type { Clock } from '@docket/contracts';
import type { Cluster, Connection } from './cluster.js';
import type { ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

/** What a command is given besides its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Login name of who runs the command, if the system tells. */
  readonly user: () => string | undefined;
  readonly open: (connection: Connection, terminal: Terminal) => Promise<Cluster>;
  /** Called once by the command that ran. */
  readonly done: (code: ExitCode) => void;
}
