import type { Clock } from '@docket/contracts';

export type RetryAfterForm = 'seconds' | 'date' | 'none';

/** The headers that tell a caller to wait so many milliseconds: whole seconds, rounded up, never 0. */
export type RetryAfterWriter = (waitMs: number) => Readonly<Record<string, string>>;

export function retryAfterWriter(form: RetryAfterForm, clock: Clock): RetryAfterWriter {
  switch (form) {
    case 'none':
      return () => ({});
    case 'seconds':
      return (waitMs) => ({ 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) });
    case 'date':
      return (waitMs) => ({ 'retry-after': new Date(Math.ceil((clock.now() + Math.max(1, waitMs)) / 1000) * 1000).toUTCString() });
  }
}
