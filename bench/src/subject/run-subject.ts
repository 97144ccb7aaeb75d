import { readSettings, type SubjectSettings } from './settings.js';

/** Ends consumption, and resolves when nothing is written any more. */
export type Close = () => Promise<void>;

/** The line that tells the harness that the subject consumes. */
export const READY = 'ready';

/** Longest time to close, in milliseconds. */
const CLOSE_MS = 10_000;

/**
 * The life of a subject's process: starts, says `ready`, and ends on SIGTERM. Whatever else ends it counts as a
 * failure of the subject.
 */
export async function runSubject(start: (settings: SubjectSettings) => Promise<Close>): Promise<void> {
  const terminated = new Promise<void>((resolve) => process.once('SIGTERM', resolve));
  const close = await start(readSettings(process.argv[2]));
  process.stdout.write(`${READY}\n`);
  await terminated;
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  await close();
  process.exit(0);
}
