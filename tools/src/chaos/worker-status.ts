import { z } from 'zod';

/** Lines of a worker's standard output that start so are for the run; all others are its log. */
const MARK = '@status ';

const at = z.number();
const stage = z.string();
const STATUS = z.discriminatedUnion('kind', [
  /** The process runs its own code. */
  z.strictObject({ kind: z.literal('started'), at }),
  /** A join ended: these partitions of the stage are its own. `anew`: as a new member, all tasks open afresh. */
  z.strictObject({ kind: z.literal('assigned'), at, stage, partitions: z.array(z.int()), anew: z.boolean() }),
  /** A task reads from where its ledger left off: it runs. */
  z.strictObject({ kind: z.literal('opened'), at, stage, partition: z.int() }),
  /** A task that was kept through a join ran no handler for so long, until `at`. */
  z.strictObject({ kind: z.literal('stood'), at, stage, ms: z.number() }),
  /** A stage cannot go on; the process ends. */
  z.strictObject({ kind: z.literal('critical'), at, stage, code: z.string(), message: z.string() }),
]);

/** What a worker tells. Times in milliseconds of the machine's monotonic clock. */
export type WorkerStatus = z.infer<typeof STATUS>;

export function statusLine(status: WorkerStatus): string {
  return `${MARK}${JSON.stringify(status)}\n`;
}

/** Undefined for a line of the log. Throws where a status line cannot be read: run and worker are of different builds. */
export function parseStatusLine(line: string): WorkerStatus | undefined {
  return line.startsWith(MARK) ? STATUS.parse(JSON.parse(line.slice(MARK.length))) : undefined;
}
