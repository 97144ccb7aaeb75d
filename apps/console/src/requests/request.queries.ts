import type { DeadlineClock } from '@docket/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.port.js';

@Injectable()
export class RequestQueries {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The statutory clock of a request; null where none runs, as in jurisdictions without rules. */
  async clock(id: string): Promise<DeadlineClock | null> {
    const [row] = await this.db.query('SELECT clock FROM request WHERE id = $1', [id]);
    return row ? (row['clock'] as DeadlineClock) : null;
  }
}
