import { systemClock, type Clock } from '@docket/contracts';

const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 100;

/** Does the work again, after 2 ms, 4 ms and so on up to 100 ms, while `mayPass` says so of its error and `forMs` last. */
export async function retrying<T>(forMs: number, work: () => Promise<T>, mayPass: (error: unknown) => boolean, clock: Clock = systemClock): Promise<T> {
  const end = clock.now() + forMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || clock.now() + wait > end) throw error;
    }
    const delay = wait;
    await new Promise<void>((resolve) => clock.schedule(delay, resolve));
  }
}
