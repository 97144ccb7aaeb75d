import { HeldKeys, Ledger, RetryTiers, Watermark } from '@docket/stage';
import type { Mutant } from './mutant.js';

/** Bugs inside the core, at classes that it exports: a method is replaced for the time of a run. */
export const CORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'repeats-not-recognised', breaks: ['exactly-once', 'duplicates-dropped', 'watermark', 'ledger-agrees'],
    patch: () => replace(Ledger.prototype, 'get', () => () => undefined),
  },
  {
    name: 'content-not-recognised', breaks: ['ledger-agrees', 'key-order'],
    patch: () => replace(Ledger.prototype, 'findContent', () => () => undefined),
  },
  {
    name: 'retries-forgotten-at-restore', breaks: ['nothing-lost', 'watermark', 'progress', 'key-order'],
    patch: () => replace(Ledger.prototype, 'unfinished', () => () => []),
  },
  {
    name: 'follower-overtakes', breaks: ['key-order', 'no-overlap'],
    patch: () => replace(HeldKeys.prototype, 'predecessor', () => () => undefined),
  },
  {
    name: 'later-input-not-held', breaks: ['key-order', 'no-overlap', 'no-critical'],
    patch: () => replace(RetryTiers.prototype, 'last', () => () => undefined),
  },
  {
    name: 'retry-before-input-is-read', breaks: ['key-order'],
    patch: () => replace(RetryTiers.prototype, 'takeDue', (original) => function (this: RetryTiers, now) {
      return original.call(this, now, 2n ** 62n);
    }),
  },
  {
    name: 'watermark-passes-a-hole', breaks: ['watermark', 'nothing-lost'],
    patch: () => {
      const own = Object.getOwnPropertyDescriptor(Watermark.prototype, 'committable') ?? {};
      Object.defineProperty(Watermark.prototype, 'committable', { ...own, get(this: Watermark) { return this.next; } });
      return () => Object.defineProperty(Watermark.prototype, 'committable', own);
    },
  },
];

function replace<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): () => void {
  const original = target[name];
  target[name] = make(original);
  return () => (target[name] = original);
}
