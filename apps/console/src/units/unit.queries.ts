import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database, type Parameter } from '../database/database.port.js';
import { readCursor, writeCursor } from './cursor.js';
import { STEP_COLUMNS, stepView, UNIT_COLUMNS, unitView, type StepView, type UnitView } from './unit.view.js';

/** Most units of a page and most steps of a timeline. */
export const PAGE_LIMIT = 200;

/** All given ones must hold. */
export interface UnitFilter {
  readonly batch?: string | undefined;
  readonly request?: string | undefined;
  readonly state?: string | undefined;
}

export interface UnitPage {
  /** Newest receipt first. */
  readonly units: readonly UnitView[];
  /** Cursor of the next page; null on the last. */
  readonly next: string | null;
}

export interface Timeline {
  /** The newest PAGE_LIMIT steps, oldest first. */
  readonly timeline: readonly StepView[];
  /** Older steps that are not shown. */
  readonly omittedSteps: number;
}

/** Number of units by state. */
export type StateCounts = Readonly<Record<string, number>>;

@Injectable()
export class UnitQueries {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async find(id: string): Promise<UnitView | undefined> {
    const [row] = await this.db.query(`SELECT ${UNIT_COLUMNS} FROM unit WHERE id = $1::uuid`, [id]);
    return row && unitView(row);
  }

  async timeline(id: string): Promise<Timeline> {
    const [count] = await this.db.query('SELECT count(*)::int AS n FROM step WHERE unit = $1::uuid', [id]);
    const rows = await this.db.query(
      `SELECT ${STEP_COLUMNS} FROM step WHERE unit = $1::uuid ORDER BY step.at DESC, part DESC, off DESC LIMIT $2::int`, [id, PAGE_LIMIT],
    );
    return { timeline: rows.map(stepView).reverse(), omittedSteps: Math.max(0, Number(count?.['n'] ?? 0) - rows.length) };
  }

  async page(filter: UnitFilter, limit: number = PAGE_LIMIT, cursor?: string): Promise<UnitPage> {
    const given = present(filter);
    const where = conditions(given);
    const parameters: Parameter[] = Object.values(given);
    if (cursor !== undefined) {
      const end = readCursor(cursor, given);
      parameters.push(end.receivedAt, end.id);
      where.push(`(received, id) < ($${parameters.length - 1}::timestamptz, $${parameters.length}::uuid)`);
    }
    parameters.push(limit + 1);
    const rows = await this.db.query(
      `SELECT ${UNIT_COLUMNS} FROM unit ${clause(where)} ORDER BY received DESC, id DESC LIMIT $${parameters.length}::int`, parameters,
    );
    const units = rows.slice(0, limit).map(unitView);
    const last = units.at(-1);
    return { units, next: last && rows.length > limit ? writeCursor(last, given) : null };
  }

  async states(filter: UnitFilter): Promise<StateCounts> {
    const given = present(filter);
    const rows = await this.db.query(
      `SELECT state, count(*)::int AS n FROM unit ${clause(conditions(given))} GROUP BY state ORDER BY state`, Object.values(given),
    );
    return Object.fromEntries(rows.map((row) => [String(row['state']), Number(row['n'])]));
  }
}

const CASTS: Readonly<Record<keyof UnitFilter, string>> = { batch: 'uuid', request: 'text', state: 'text' };
const NAMES = ['batch', 'request', 'state'] as const;

/** The filters that are set, in a fixed order. */
function present(filter: UnitFilter): Record<string, string> {
  return Object.fromEntries(NAMES.flatMap((name) => (filter[name] === undefined ? [] : [[name, filter[name]]])));
}

function conditions(given: Readonly<Record<string, string>>): string[] {
  return NAMES.filter((name) => name in given).map((name, at) => `${name} = $${at + 1}::${CASTS[name]}`);
}

function clause(where: readonly string[]): string {
  return where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
}
