import type { Sheet } from '../output/render.js';
import type { OperationPlan } from './operation-plan.js';

/** A row for each cause and each partition. */
export function planSheet({ byCause, byPartition }: OperationPlan): Sheet {
  return {
    columns: ['by', 'name', 'code', 'eligible', 'refused'],
    rows: [
      ...byCause.map(({ cause, code, eligible, refused }) => ['cause', cause, code ?? '', eligible, refused]),
      ...byPartition.map(({ partition, eligible, refused }) => ['partition', String(partition), '', eligible, refused]),
    ],
  };
}

const REFUSALS = {
  done: 'done since', 'put-back': 'put back already', 'in-work': 'in work', parked: 'parked instead', dead: 'dead instead',
  repeated: 'older than the last record of their unit', unknown: 'not known to the ledger',
};

export function planSummary({ matched, eligible, refused, ratePerSecond, digest }: OperationPlan): string {
  const why = Object.entries(refused).map(([refusal, count]) => `${count} ${REFUSALS[refusal as keyof typeof REFUSALS]}`);
  const seconds = Math.ceil(eligible / ratePerSecond);
  return `${matched} record(s) match, ${eligible} can be put back${why.length > 0 ? ` (not: ${why.join(', ')})` : ''}; at ${ratePerSecond}/s that takes ${seconds} s; plan ${digest.slice(0, 16)}\n`;
}
