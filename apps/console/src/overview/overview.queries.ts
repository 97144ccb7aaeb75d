import { OUTCOMES } from '@docket/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.port.js';
import { timeOf } from '../units/unit.view.js';
import type { StateCounts } from '../units/unit.queries.js';

export interface OverviewView {
  readonly total: number;
  /** Units without an outcome. */
  readonly open: number;
  readonly states: StateCounts;
  /** By the stage that was last heard of, then by state. */
  readonly stages: Readonly<Record<string, StateCounts>>;
}

const CLOSED: ReadonlySet<string> = new Set(OUTCOMES);

@Injectable()
export class OverviewQueries {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** When Kafka took the newest record that the view holds, ISO 8601 UTC; null before the first. Ask before what it is said of. */
  async asOf(): Promise<string | null> {
    const [row] = await this.db.query('SELECT max(record_at) AS at FROM source');
    return timeOf(row?.['at']);
  }

  async counts(): Promise<OverviewView> {
    const rows = await this.db.query('SELECT stage, state, count(*)::int AS n FROM unit GROUP BY stage, state ORDER BY stage, state');
    const states: Record<string, number> = {};
    const stages: Record<string, Record<string, number>> = {};
    let total = 0;
    let open = 0;
    for (const row of rows) {
      const [stage, state, n] = [String(row['stage']), String(row['state']), Number(row['n'])];
      (stages[stage] ??= {})[state] = n;
      states[state] = (states[state] ?? 0) + n;
      total += n;
      if (!CLOSED.has(state)) open += n;
    }
    return { total, open, states, stages };
  }
}
