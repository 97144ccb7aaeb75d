import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { funderNamed } from './funder-named.js';
import { ResetFunder } from '../funders/reset-funder.js';
import type { Funder } from '../funders/funder.js';
import type { GrantCount } from '../journal/grant-tally.js';
import type { Submission } from '../journal/records.js';
import { Refusal } from '../refusal.js';
import { SIMULATOR_PARTS, type SimulatorParts } from '../simulator.parts.js';

const page = { offset: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(100_000).optional() };
const submissionsQuery = z.strictObject({ funder: z.string().optional(), ...page });
const grantsQuery = z.strictObject({ doubled: z.enum(['true', 'false']).default('false'), ...page });

/** What one funder did. Calls count since the process started, or since the funder was reset. */
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
  /** Calls cut off without an answer, before or after they took effect. */
  readonly cut: number;
}

/** For tests and demonstrations: what the funders really got. */
@Controller('admin')
export class AdminController {
  constructor(
    @Inject(SIMULATOR_PARTS) private readonly parts: SimulatorParts,
    @Inject(ResetFunder) private readonly resets: ResetFunder,
  ) {}

  @Get('submissions')
  submissions(@Query() query: unknown): { submissions: Readonly<Submission>[]; total: number } {
    const { funder, offset, limit } = read(submissionsQuery, query, 'give funder, offset and limit once at most, offset from 0 and limit from 1');
    if (funder !== undefined) funderNamed(this.parts, funder);
    const all = this.parts.records.submissions(funder);
    return { submissions: pageOf(all, offset, limit), total: all.length };
  }

  @Get('funders')
  funders(): { funders: FunderReport[] } {
    return { funders: [...this.parts.funders.values()].map((funder) => this.#report(funder)) };
  }

  @Get('funders/:funderId/grants')
  grants(@Param('funderId') funderId: string, @Query() query: unknown): { grants: Readonly<GrantCount>[]; total: number; doubled: number } {
    const funder = funderNamed(this.parts, funderId);
    const { doubled: onlyDoubled, offset, limit } = read(grantsQuery, query, 'give doubled=true, offset and limit once at most, offset from 0 and limit from 1');
    const all = this.parts.records.grants(funder.id);
    const doubled = all.filter(({ submissions }) => submissions > 1);
    return { grants: pageOf(onlyDoubled === 'true' ? doubled : all, offset, limit), total: all.length, doubled: doubled.length };
  }

  @Post('funders/:funderId/reset')
  @HttpCode(200)
  async reset(@Param('funderId') funderId: string): Promise<FunderReport> {
    const funder = funderNamed(this.parts, funderId);
    await this.resets.reset(funder);
    return this.#report(funder);
  }

  #report({ id, counts }: Funder): FunderReport {
    const { throttled, unavailable, replayed, cut } = counts;
    return { id, accepted: this.parts.records.count(id), throttled, unavailable, replayed, cut };
  }
}

function read<S extends z.ZodType>(schema: S, query: unknown, advice: string): z.output<S> {
  const result = schema.safeParse(query);
  if (!result.success) throw new Refusal(400, advice);
  return result.data;
}

function pageOf<T>(all: readonly T[], offset: number, limit: number | undefined): T[] {
  return all.slice(offset, limit === undefined ? undefined : offset + limit);
}
