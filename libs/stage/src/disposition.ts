import type { HandlerResult } from './handler-result.js';
import type { Disposition } from './stage.js';

/** A result as the metrics name it. */
export function dispositionOf(result: HandlerResult): Disposition {
  switch (result.kind) {
    case 'emit':
      return 'ok';
    case 'invalid':
      return 'rejected';
    case 'quarantine':
      return 'quarantined';
    case 'park':
      return 'parked';
    case 'conflict':
      return 'conflict';
    case 'critical':
      return 'critical';
    case 'poison':
      return 'dead_lettered';
    case 'throttled':
    case 'retriable':
      return 'retried';
  }
}
