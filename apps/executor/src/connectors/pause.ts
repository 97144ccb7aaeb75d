import type { Clock } from '@docket/contracts';

/** Resolves after `ms`; rejects with `reason` as soon as the signal ends it. */
export function pause(clock: Clock, ms: number, signal: AbortSignal, reason: Error): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(reason);
    };
    const cancel = clock.schedule(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
