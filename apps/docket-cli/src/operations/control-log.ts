import {
  isDocketError, parseControlCommand, type ControlCommand, type OperationCommand, type OperationProgress, type StageCommand,
} from '@docket/contracts';
import type { ReadRecord } from '../cli/cluster.js';

/** The latest command of each key, as the compacted topic shows it. */
export class ControlLog {
  readonly #latest = new Map<string, ControlCommand>();
  #unreadable = 0;

  apply({ key, value }: ReadRecord): void {
    if (key === null) {
      this.#unreadable++;
      return;
    }
    if (value === null) {
      this.#latest.delete(key);
      return;
    }
    try {
      this.#latest.set(key, parseControlCommand(key, value));
    } catch (error) {
      if (!isDocketError(error) || error.kind !== 'poison') throw error;
      this.#unreadable++;
    }
  }

  /** Records that are no command of this version. */
  get unreadable(): number {
    return this.#unreadable;
  }

  stage(name: string): StageCommand | undefined {
    const found = this.#latest.get(`stage/${name}`);
    return found?.kind === 'stage' ? found : undefined;
  }

  /** Of all stages that a command was given for. */
  stageNames(): string[] {
    return [...this.#latest.values()].flatMap((command) => (command.kind === 'stage' ? [command.stage] : []));
  }

  operation(id: string): OperationCommand | undefined {
    const found = this.#latest.get(`operation/${id}`);
    return found && isOperation(found) ? found : undefined;
  }

  progress(id: string, partition: number): OperationProgress | undefined {
    const found = this.#latest.get(`operation/${id}/${partition}`);
    return found?.kind === 'progress' ? found : undefined;
  }

  operations(): OperationCommand[] {
    return [...this.#latest.values()].filter(isOperation);
  }
}

function isOperation(command: ControlCommand): command is OperationCommand {
  return command.kind === 'redrive' || command.kind === 'release';
}
