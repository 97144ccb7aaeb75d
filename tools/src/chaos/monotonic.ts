/** Milliseconds of the machine's monotonic clock: the same for all of its processes, and never set back. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
