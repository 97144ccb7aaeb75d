import { readFileSync } from 'node:fs';

/** Of the kernel's clock for accounting. */
const TICKS_A_SECOND = 100;

/** Seconds of processor that a process has used; undefined where the system does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
