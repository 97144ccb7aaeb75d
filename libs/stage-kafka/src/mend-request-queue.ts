import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { mendMethod } from './mend-method.js';

/**
 * kafkajs 2.2.4 re-arms a timer with a negative delay after every answer, which Node turns into 1 ms: an idle
 * process spins at some percent of a core and prints TimeoutNegativeWarning (tulios/kafkajs#1751). With nothing
 * pending and no throttle there is nothing to check, so no timer is set.
 */
export function mendRequestQueue(): void {
  mendMethod(RequestQueue.prototype, 'scheduleCheckPendingRequests', () => scheduleCheck);
}

function scheduleCheck(this: RequestQueue): void {
  const throttledFor = this.throttledUntil - Date.now();
  if (this.throttleCheckTimeoutId || (this.pending.length === 0 && throttledFor <= 0)) return;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, Math.max(throttledFor, 10));
}
