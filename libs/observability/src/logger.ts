import { isDocketError, type Component, type Lane } from '@docket/contracts';
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';

/** Fields a log line may carry; what is not here is dropped, so that no payload value can slip in. */
export interface LogFields {
  readonly stage?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly attempt?: number;
  readonly correlation_id?: string;
  readonly batch_trace_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly code?: string;
  readonly rule?: string;
  readonly funder?: string;
  readonly group?: string;
  readonly port?: number;
  readonly status?: number;
  readonly route?: string;
  readonly method?: string;
  readonly count?: number;
  readonly pages?: number;
  readonly duration_ms?: number;
  readonly detail?: string;
  readonly err?: unknown;
}

const FIELDS: ReadonlySet<string> = new Set<keyof LogFields>([
  'stage', 'topic', 'partition', 'offset', 'attempt', 'correlation_id', 'batch_trace_id', 'trace_id', 'span_id', 'code', 'rule',
  'funder', 'group', 'port', 'status', 'route', 'method', 'count', 'pages', 'duration_ms', 'detail', 'err',
]);

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/** JSON lines on stdout: `{ level, ts, component, lane, msg, … }`. `msg` is constant text. */
export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  fatal(msg: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

/** @param to where lines go; default: standard output */
export function createLogger(component: Component, lane: Lane, level: LogLevel, to: DestinationStream = destination(1)): Logger {
  return wrap(
    pino({
      level,
      base: { component, lane },
      timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"ts"'),
      // Ours describes errors already; pino's own would wrap them once more.
      serializers: { err: (err: unknown) => err },
      formatters: { level: (label) => ({ level: label }) },
    }, to),
  );
}

function wrap(logger: PinoLogger): Logger {
  const at = (level: LogLevel) => (msg: string, fields: LogFields = {}) => logger[level](allowed(fields), msg);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (fields) => wrap(logger.child(allowed(fields))),
  };
}

function allowed(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (FIELDS.has(name) && value !== undefined) kept[name] = name === 'err' ? describeError(value) : value;
  }
  return kept;
}

/** Messages of foreign errors may quote input, so only ours are told; a stack is shown without its message. */
export function describeError(error: unknown): { code: string; retriable?: boolean; message?: string; stack?: string } {
  if (isDocketError(error)) {
    return { code: error.code, retriable: error.retriable, message: error.message, ...(error.cause === undefined ? {} : frames(error.cause)) };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : typeof error;
  return { code, ...frames(error) };
}

function frames(error: unknown): { stack?: string } {
  if (!(error instanceof Error) || !error.stack) return {};
  const lines = error.stack.split('\n').filter((line) => /^\s+at /.test(line));
  return { stack: [error.name, ...lines.slice(0, 8)].join('\n') };
}
