import { writeFileSync } from 'node:fs';
import type { AuditReport } from '../samples/verify-audit.js';
import type { SampleResult } from '../samples/watch-outcomes.js';
import { elapsedMs } from './display.js';

/** Writes the table as JSON: `{ samples, audit, startedMs }`; times in milliseconds. */
export function writeReport(file: string, results: readonly SampleResult[], audit: AuditReport, startedMs: number): void {
  const samples = results.map((result) => describe(result));
  writeFileSync(file, `${JSON.stringify({ samples, audit: { events: audit.events, verified: audit.verified }, startedMs }, null, 2)}\n`);
}

function describe(result: SampleResult): object {
  const { sample, correlationId, unit, asExpected } = result;
  return {
    name: sample.name,
    kind: sample.kind,
    correlationId,
    expected: sample.expected,
    outcome: unit?.state ?? null,
    attempts: unit?.attempts ?? 0,
    ms: elapsedMs(result) ?? null,
    asExpected,
    needsLedger: sample.needsLedger,
    ...(unit?.rules?.length ? { rules: unit.rules } : {}),
    ...(unit?.code ? { code: unit.code } : {}),
    ...(sample.kind === 'record' && unit?.references ? { references: unit.references } : {}),
  };
}
