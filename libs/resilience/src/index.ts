export { Breaker, type BreakerOptions, type BreakerState } from './breaker.js';
export { Bulkhead } from './bulkhead.js';
