import type { Findings } from './findings.js';

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** It was sent before: nothing was put on a topic for it. */
  readonly replayed: boolean;
}

/** By which a problem can be told from others: its type, and Docket's code. Undefined where it has none. */
function problemOf(value: unknown): { readonly code: string; readonly status: unknown } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, code, status, title } = value as Record<string, unknown>;
  if (typeof type !== 'string' || type === '' || type === 'about:blank' || typeof title !== 'string') return undefined;
  return typeof code === 'string' && code.startsWith('DOCKET_') ? { code, status } : undefined;
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Notes a status and its problem, and what is wrong with either. True where it says that the work was accepted. */
export function judgeAnswer(findings: Findings, door: string, example: string, { status, contentType, body }: Answer): boolean {
  findings.count(`http ${door} ${status}`);
  if (status === 200 || status === 202) return true;
  if (status < 400 || (status >= 500 && status !== 503)) findings.defect(`${door}: answered ${status}`, example);
  if (!contentType.startsWith('application/problem+json')) findings.defect(`${door}: ${status} is no application/problem+json`, example);
  judgeProblem(findings, door, example, status, jsonOf(body));
  return false;
}

export function judgeProblem(findings: Findings, door: string, example: string, status: number, value: unknown): void {
  const problem = problemOf(value);
  if (!problem) return findings.defect(`${door}: ${status} without a problem type`, example);
  findings.count(`problem ${problem.code}`);
  if (problem.status !== status) findings.defect(`${door}: the problem has another status than its answer`, example);
}
