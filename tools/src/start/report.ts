import { writeFileSync } from 'node:fs';
import type { AuditReport } from '../samples/verify-audit.js';
import type { SampleResult } from '../samples/watch-outcomes.js';

/** Writes the table as JSON: `{ samples, audit, startedMs }`; times in milliseconds. */
export function writeReport(file: string, results: readonly SampleResult[], audit: AuditReport, startedMs: number): void {
  const samples = results.map((result) => describe(result));
  writeFileSync(file, `${JSON.stringify({ samples, audit: { events: audit.events, verified: audit.verified }, startedMs }, null, 2)}\n`);
}

function describe({ sample, correlationId, unit, verdict }: SampleResult): object {
  const { outcome, attempts, ms, asExpected, knownBefore, dropped, rules, code } = verdict;
  return {
    name: sample.name,
    kind: sample.kind,
    correlationId,
    expected: sample.expected,
    outcome: outcome ?? null,
    attempts,
    ms: ms ?? null,
    asExpected,
    knownBefore,
    dropped,
    closedAt: unit?.closedAt ?? null,
    ...(rules.length > 0 ? { rules } : {}),
    ...(code ? { code } : {}),
    ...(unit?.references && Object.keys(unit.references).length > 0 && sample.expected !== 'conflict' ? { references: unit.references } : {}),
  };
}
