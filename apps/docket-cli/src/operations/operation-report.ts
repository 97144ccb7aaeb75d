import type { OperationCommand, OperationProgress } from '@docket/contracts';
import { EXIT, type ExitCode } from '../cli/exit.js';
import type { Sheet } from '../output/render.js';
import type { ControlLog } from './control-log.js';

/**
 * `requested`: no task has begun; `cancelling`: not all tasks know of it yet; `partly`: all is decided, but fewer were
 * put back than planned, or some are dead again; `stopped`: too many failed again.
 */
export type OperationState = 'requested' | 'running' | 'cancelling' | 'done' | 'partly' | 'stopped' | 'cancelled';

/** What `docket ops` writes with --json, and a redrive or release at its end. */
export interface OperationReport {
  readonly id: string;
  readonly kind: OperationCommand['kind'];
  readonly stage: string;
  readonly state: OperationState;
  readonly planned: number;
  readonly redriven: number;
  readonly refused: number;
  readonly failedAgain: number;
  readonly ratePerSecond: number;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly partitions: readonly PartitionReport[];
}

export interface PartitionReport {
  readonly partition: number;
  readonly state: 'waiting' | OperationProgress['state'];
  readonly from: string;
  readonly upTo: string;
  /** Up to where all is decided. */
  readonly position: string;
  readonly redriven: number;
  readonly refused: number;
  readonly failedAgain: number;
}

export function operationReport(command: OperationCommand, log: ControlLog): OperationReport {
  const partitions = Object.entries(command.partitions).map(([name, { from, upTo }]): PartitionReport => {
    const progress = log.progress(command.id, Number(name));
    const { state = 'waiting', position = from, redriven = 0, refused = 0, failedAgain = 0 } = progress ?? {};
    return { partition: Number(name), state, from, upTo, position, redriven, refused, failedAgain };
  });
  const sum = (name: 'redriven' | 'refused' | 'failedAgain') => partitions.reduce((total, part) => total + part[name], 0);
  const counts = { redriven: sum('redriven'), refused: sum('refused'), failedAgain: sum('failedAgain') };
  const { id, kind, stage, planned, ratePerSecond, by, at, reason } = command;
  return { id, kind, stage, state: stateOf(command, partitions, counts), planned, ...counts, ratePerSecond, by, at, reason, partitions };
}

function stateOf(command: OperationCommand, partitions: readonly PartitionReport[], counts: { redriven: number; failedAgain: number }): OperationState {
  const has = (state: PartitionReport['state']) => partitions.some((part) => part.state === state);
  if (has('waiting') || has('running')) {
    if (command.state === 'cancelled') return 'cancelling';
    return partitions.every((part) => part.state === 'waiting') ? 'requested' : 'running';
  }
  if (has('stopped')) return 'stopped';
  if (has('cancelled')) return 'cancelled';
  return counts.redriven < command.planned || counts.failedAgain > 0 ? 'partly' : 'done';
}

export function isFinished({ state }: OperationReport): boolean {
  return state !== 'requested' && state !== 'running' && state !== 'cancelling';
}

/** Of a finished one. */
export function exitOf({ state }: OperationReport): ExitCode {
  return state === 'done' ? EXIT.ok : EXIT.partly;
}

export function operationsSheet(reports: readonly OperationReport[]): Sheet {
  return {
    columns: ['id', 'kind', 'stage', 'state', 'planned', 'put back', 'refused', 'failed again', 'by', 'at', 'reason'],
    rows: reports.map(({ id, kind, stage, state, planned, redriven, refused, failedAgain, by, at, reason }) => [
      id, kind, stage, state, planned, redriven, refused, failedAgain, by, at, reason,
    ]),
  };
}

export function partitionsSheet({ partitions }: OperationReport): Sheet {
  return {
    columns: ['partition', 'state', 'put back', 'refused', 'failed again', 'position', 'up to'],
    rows: partitions.map(({ partition, state, redriven, refused, failedAgain, position, upTo }) => [partition, state, redriven, refused, failedAgain, position, upTo]),
  };
}
