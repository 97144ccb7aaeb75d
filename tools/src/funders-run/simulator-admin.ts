import { DocketError } from '@docket/contracts';
import { request } from 'undici';
import { z } from 'zod';

const PAGE = 10_000;

const submissionSchema = z.object({ funder: z.string(), grantId: z.string().nullable(), receiptId: z.string(), repeats: z.number() });
const pageSchema = z.object({ submissions: z.array(submissionSchema), total: z.number() });
const reportSchema = z.object({ id: z.string(), accepted: z.number(), throttled: z.number(), unavailable: z.number(), replayed: z.number(), cut: z.number() });
const reportsSchema = z.object({ funders: z.array(reportSchema) });

export type SubmissionAtFunder = z.output<typeof submissionSchema>;
/** Calls by answer: throttled 429, unavailable 5xx, replayed from the record, cut off without an answer. */
export type FunderReport = z.output<typeof reportSchema>;

/** The funder simulator's own account of what it received, and what it is to do wrong. */
export class SimulatorAdmin {
  constructor(private readonly url: string) {}

  async submissions(): Promise<SubmissionAtFunder[]> {
    const found: SubmissionAtFunder[] = [];
    for (;;) {
      const { submissions, total } = pageSchema.parse(await this.#call('GET', `/admin/submissions?offset=${found.length}&limit=${PAGE}`));
      found.push(...submissions);
      if (found.length >= total || submissions.length === 0) return found;
    }
  }

  async funders(): Promise<FunderReport[]> {
    return reportsSchema.parse(await this.#call('GET', '/admin/funders')).funders;
  }

  /** 503 to every call from now on, for so long. */
  async failFor(funder: string, ms: number): Promise<void> {
    await this.#call('PUT', `/admin/funders/${funder}/script`, { steps: [{ untilMs: ms, faults: [{ kind: 'status', status: 503 }] }] });
  }

  async #call(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await request(`${this.url}${path}`, { method, body: text, headers: text === null ? {} : { 'content-type': 'application/json' } });
    const read: unknown = await answer.body.json();
    if (answer.statusCode !== 200) throw new DocketError('DOCKET_SIMULATOR', `the funder simulator answered ${answer.statusCode} to ${method} ${path}`);
    return read;
  }
}
