import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Submission } from '../journal/records.js';
import { Refusal } from '../refusal.js';
import { SIMULATOR_PARTS, type SimulatorParts } from '../simulator.parts.js';

const submissionsQuery = z.strictObject({ funder: z.string().optional() });

/** What one funder did. All but `accepted` count since the process started. */
export interface FunderReport {
  readonly id: string;
  /** Submissions in the journal. */
  readonly accepted: number;
  /** Calls answered 429. */
  readonly throttled: number;
  /** Calls answered 5xx. */
  readonly unavailable: number;
  /** Calls answered from the record. */
  readonly replayed: number;
}

/** For tests and demonstrations: what the funders really got. */
@Controller('admin')
export class AdminController {
  constructor(@Inject(SIMULATOR_PARTS) private readonly parts: SimulatorParts) {}

  @Get('submissions')
  submissions(@Query() query: unknown): { submissions: Readonly<Submission>[]; total: number } {
    const result = submissionsQuery.safeParse(query);
    if (!result.success) throw new Refusal(400, 'give funder once, or nothing');
    const { funder } = result.data;
    if (funder !== undefined && !this.parts.funders.has(funder)) throw new Refusal(404, 'no such funder');
    const submissions = this.parts.records.submissions(funder);
    return { submissions, total: submissions.length };
  }

  @Get('funders')
  funders(): { funders: FunderReport[] } {
    const funders = [...this.parts.funders.values()].map(({ id, throttled, unavailable, replayed }) => {
      const accepted = this.parts.records.submissions(id).length;
      return { id, accepted, throttled, unavailable, replayed };
    });
    return { funders };
  }
}
